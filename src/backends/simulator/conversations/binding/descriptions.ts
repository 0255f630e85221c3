export const bindingFields = {
  BindingType: 'Lists only bindings of these types.',
  Identity: 'Lists only bindings of these users.',
  Sid: 'SID of the binding, BS….',
};
