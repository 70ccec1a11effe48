// API and web page for operators and merchants.
export {};
