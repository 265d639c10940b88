/*
id: returned_and_paid_to_another_account
title: {zh: 退回后改发到他人账户, en: A returned benefit was paid again into somebody else's account}
status: stable
role: lead
level: high
basis: []
why:
  zh: 发放失败或退回的补贴，短期内改打入户名不是本人的账户，可能被经办人截留。
  en: A benefit that had failed or come back was soon paid into an account that is not the recipient's.
not_when:
  zh: 本人换卡；监护人、继承人按手续代领。
  en: The recipient changed the card; a guardian or heir draws it with authority.
ask:
  zh: 退回原因、重新发放审批、新账户开户资料和取款人。
  en: Why it came back, who approved the new payment, who opened the new account and drew from it.
reads: [benefit_payment]
population: {table: benefit_payment, where: "status IN ('failed', 'returned')"}
scope: lookback
params: {window_days: 180}
lead: {unit: unit_id, subject: [programme, person_key, account_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}的“{programme}”退回后，{total}改发到户名为{account_name}的账户。"
  en: "“{programme}” of {name} came back; then {total} was paid into the account of {account_name}."
examples:
  - says: paid again to another's account; to a new card of the recipient's own, and to the same account, are left alone
    given:
      benefit_payment:
        - &back {programme: 农村低保, name: 王芳, id_no: "330106198005060018", account: "6228480001", account_name: 王芳, amount: 500.00, paid_on: 2024-03-05, status: returned}
        - {<<: *back, account: "6228480002", account_name: 赵四, paid_on: 2024-04-05, status: paid}
        - {<<: *back, name: 李强, id_no: "330106198005060034"}
        - {<<: *back, name: 李强, id_no: "330106198005060034", account: "6228480003", account_name: 李强, paid_on: 2024-04-05, status: paid}
        - {<<: *back, account: "6228480002", account_name: 赵四, paid_on: 2025-04-05, status: paid}
    expect:
      - {programme: 农村低保, name: 王芳, account_name: 赵四, total: 500.00, benefit_payment_rows: [1, 2]}
*/
WITH returned AS (
  SELECT row_id, unit_id, programme, name, id_no, account, abs(amount) AS amount, paid_on
  FROM benefit_payment
  WHERE status IN ('failed', 'returned') AND id_no IS NOT NULL AND paid_on IS NOT NULL
),
paid AS (
  SELECT row_id, unit_id, programme, name, id_no, account, account_name, amount, currency, paid_on
  FROM benefit_payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND account IS NOT NULL AND account_name IS NOT NULL
),
again AS (
  SELECT paid.unit_id, paid.programme, paid.id_no, paid.name, paid.account, paid.account_name, paid.amount, paid.currency,
    paid.paid_on, paid.row_id, returned.row_id AS returned_row
  FROM returned
  JOIN paid ON paid.unit_id = returned.unit_id AND paid.id_no = returned.id_no
    AND paid.programme IS NOT DISTINCT FROM returned.programme AND paid.amount = returned.amount
    AND paid.paid_on >= returned.paid_on AND paid.paid_on <= returned.paid_on + INTERVAL 1 DAY * $window_days
  WHERE paid.account <> coalesce(returned.account, '') AND paid.account_name <> paid.name
),
once AS (
  SELECT unit_id, programme, id_no, name, account, account_name, amount, currency, paid_on, row_id,
    min(returned_row) AS returned_row
  FROM again
  GROUP BY unit_id, programme, id_no, name, account, account_name, amount, currency, paid_on, row_id
)
SELECT unit_id, programme, md5(id_no) AS person_key, md5(account) AS account_key, max(name) AS name,
  max(account_name) AS account_name, CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(currency) AS currency,
  max(paid_on) AS last_paid_on,
  list_sort(list_concat(list_sort(list(DISTINCT returned_row) FILTER (WHERE returned_row IS NOT NULL)), list_sort(list(row_id))))
    AS benefit_payment_rows
FROM once
GROUP BY unit_id, programme, id_no, account
