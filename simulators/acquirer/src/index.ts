// Acquirer host and the issuer behind it, with its own book and faults by script.
export {};
