// The nightly batch.
export {};
