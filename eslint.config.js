import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** What a reviewer would say about code; how it looks is prettier's. */
export default defineConfig(
  { ignores: ["dist", "types", "coverage", "node_modules", ".berth"] },
  {
    files: ["**/*.ts"],
    extends: [eslint.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "off",
      "@typescript-eslint/consistent-type-imports": [
        "error",
        { fixStyle: "inline-type-imports", disallowTypeAnnotations: false },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // An async function may be one because its type says so.
      "@typescript-eslint/require-await": "off",
      // Node's and Docker's errors are what they are when they are handed on.
      "@typescript-eslint/prefer-promise-reject-errors": "off",
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/cli/terminal.ts", "src/program.ts"],
    rules: {
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.object.property.name=/^std(out|err)$/][callee.property.name='write']",
          message: "Foreign text could reach the terminal raw: use print and complain of src/cli/terminal.ts.",
        },
        {
          selector: "MemberExpression[object.name='pulumi'][property.name='log']",
          message: "Foreign text could reach the terminal raw: hand it to src/program.ts.",
        },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Fakes and answers as they come are looked at with expect, which takes anything.
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/only-throw-error": "off",
    },
  },
);
