// EMV data elements, kernel steps, offline authentication and EMVCo QR.
export {};
