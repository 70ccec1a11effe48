// ISO 8583 messages to bytes and back: specs as data and types, framing, masking.
export {};
