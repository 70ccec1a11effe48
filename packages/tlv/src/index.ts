// BER-TLV as bytes, with no EMV meaning.
export {};
