// The chip: computes cryptograms by its own road, never with security-module.
export {};
