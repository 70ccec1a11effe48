// Test CA public keys and the development PKI script.
export {};
