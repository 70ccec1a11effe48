// Terminals in, hosts out: the only online path.
export {};
