// The seeded world around the same core.
export {};
