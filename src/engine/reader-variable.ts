/**
 * The variable in which berth passes the program that it starts by the engine what starts berth in the person's shell:
 * the remedies of the program are read there.
 */
export const readerVariable = "BERTH_COMMAND";
