export const receiptFields = {
  Sid: 'SID of the receipt, DY….',
};
