// Fields that do not belong to the chosen kind of result are hidden; without JavaScript all of them are shown.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector('form[data-act="record_result"]');
  if (!form) return;
  const only = { money: ["money_kind", "amount", "voucher_no", "voucher_on"], rule: ["rule_name", "rule_no"], people: ["people"] };
  const show = () => {
    const chosen = form.querySelector('[name="kind"]:checked');
    Object.entries(only).forEach(([kind, names]) => names.forEach((name) => {
      const field = form.querySelector(`[data-field="${name}"]`);
      if (field) field.hidden = Boolean(chosen) && chosen.value !== kind;
    }));
  };
  form.addEventListener("change", show);
  show();
});
