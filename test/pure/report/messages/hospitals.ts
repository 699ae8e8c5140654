/** Two stacks side by side, for the messages about conflicts. */
export const hospitalA = {
  "hospital-a": "berth:prefix: hospital_a\nberth:ports: { app: 8778 }\nberth:domain: hospital.example",
};

export const hospitalB = (more = "berth:ports: { app: 8790 }"): Record<string, string> => ({
  "hospital-b": `berth:prefix: hospital_b\n${more}`,
});

export const port8790 = { address: "0.0.0.0", protocol: "tcp", port: 8790 } as const;
