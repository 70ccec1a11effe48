// The chipswitch command.
export {};
