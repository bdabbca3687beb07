/** The list that every record begins with: nothing is stored for it, and it is known by its identity. */
export const none: readonly never[] = [];
