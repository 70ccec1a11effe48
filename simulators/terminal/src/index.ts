// The kernel against the card; single device or fleet.
export {};
