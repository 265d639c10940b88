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
optional: [entity_of, person]
population: {table: benefit_payment, where: "status IN ('failed', 'returned')"}
scope: lookback
params: {window_days: 180, tolerance: 0.05}
lead: {unit: unit_id, subject: [programme, account_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{people}人（{name}）的“{programme}”退回后，{total}改发到不是本人的同一账户，户名：{account_name}。"
  en: "“{programme}” of {people} people ({name}) came back; then {total} went into one account that is not theirs, in the name of: {account_name}."
examples:
  - says: paid again to another's account, at once, as one sum for two months, and in parts of several people to one account; to a new card of the recipient's own that a child of the household shares, and to the same account, are left alone
    given:
      person:
        - {name: 李强, id_no: "330106198005060034", household_no: H1}
        - {name: 李小, id_no: "330106201505060014", household_no: H1}
      benefit_payment:
        - &back {programme: 农村低保, name: 王芳, id_no: "330106198005060018", account: "6228480001", account_name: 王芳, amount: 500.00, paid_on: 2024-03-05, status: returned}
        - {<<: *back, account: "6228480002", account_name: 赵四, paid_on: 2024-04-05, status: paid}
        - {<<: *back, name: 李强, id_no: "330106198005060034"}
        - {<<: *back, name: 李强, id_no: "330106198005060034", account: "6228480003", account_name: 李强, paid_on: 2024-04-05, status: paid}
        - {<<: *back, account: "6228480002", account_name: 赵四, paid_on: 2025-04-05, status: paid}
        - &lump {<<: *back, name: 赵云, id_no: "330106198005060050", account: "6228480005", account_name: 赵云}
        - {<<: *lump, paid_on: 2024-04-05}
        - {<<: *lump, account: "6228480006", account_name: 钱五, amount: 1000.00, paid_on: 2024-05-05, status: paid}
        - &part {<<: *back, name: 孙一, id_no: "330106198505060018", account: "6228480007", account_name: null, programme: 护理补贴}
        - {<<: *part, account: "6228480009", amount: 300.00, paid_on: 2024-04-05, status: paid}
        - {<<: *part, account: "6228480009", amount: 200.00, paid_on: 2024-05-05, status: paid}
        - {<<: *part, name: 孙二, id_no: "330106198605060015", account: "6228480008"}
        - {<<: *part, name: 孙二, id_no: "330106198605060015", account: "6228480009", paid_on: 2024-05-05, status: paid}
        - {<<: *back, programme: 助学, name: 李小, id_no: "330106201505060014", account: "6228480003", account_name: 李强, status: paid}
    expect:
      - {programme: 农村低保, name: 赵云, people: 1, total: 1000.00, benefit_payment_rows: [6, 7, 8]}
      - {programme: 护理补贴, name: 孙一、孙二, people: 2, total: 1000.00, benefit_payment_rows: [9, 10, 11, 12, 13]}
      - {programme: 农村低保, name: 王芳, account_name: 赵四, total: 500.00, benefit_payment_rows: [1, 2]}
*/
WITH members AS (
  SELECT id_no, max(household_no) AS household_no
  FROM person
  WHERE length(id_no) >= 15 AND household_no IS NOT NULL
  GROUP BY id_no
),
listed AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name,
    benefit_payment.account, benefit_payment.account_name, abs(benefit_payment.amount) AS amount, benefit_payment.currency,
    benefit_payment.paid_on, coalesce(benefit_payment.status, 'paid') AS status, benefit_payment.amount > 0 AS is_out,
    coalesce(CAST(entity_of.entity_id AS VARCHAR), benefit_payment.id_no) AS party,
    coalesce(members.household_no, benefit_payment.household_no, CAST(entity_of.entity_id AS VARCHAR), benefit_payment.id_no) AS household
  FROM benefit_payment
  LEFT JOIN members ON members.id_no = benefit_payment.id_no
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.id_no IS NOT NULL AND benefit_payment.paid_on IS NOT NULL
),
-- Money that came back to the office; what somebody had to pay back is no failed payment.
returned AS (
  SELECT row_id, unit_id, programme, party, account, amount, paid_on
  FROM listed
  WHERE status IN ('failed', 'returned') AND is_out
),
back AS (
  SELECT unit_id, programme, party, sum(amount) AS amount, min(paid_on) AS first_on, max(paid_on) AS last_on
  FROM returned
  GROUP BY unit_id, programme, party
),
paid AS (
  SELECT row_id, unit_id, programme, party, household, name, account, account_name, amount, currency, paid_on
  FROM listed
  WHERE status = 'paid' AND is_out AND account IS NOT NULL
),
-- Accounts into which people of several households are paid.
shared AS (
  SELECT account
  FROM paid
  GROUP BY account
  HAVING count(DISTINCT household) > 1
),
-- Into an account that had not failed, of another name or of several people, and no more than had come back.
again AS (
  SELECT paid.unit_id, paid.programme, paid.party, paid.account, paid.row_id, paid.name, paid.account_name, paid.amount,
    paid.currency, paid.paid_on, back.amount AS came_back
  FROM back
  JOIN paid ON paid.unit_id = back.unit_id AND paid.programme IS NOT DISTINCT FROM back.programme AND paid.party = back.party
    AND paid.paid_on >= back.first_on AND paid.paid_on <= back.last_on + INTERVAL 1 DAY * $window_days
  LEFT JOIN (SELECT DISTINCT unit_id, programme, party, account FROM returned) AS failed ON failed.unit_id = paid.unit_id
    AND failed.programme IS NOT DISTINCT FROM paid.programme AND failed.party = paid.party AND failed.account = paid.account
  LEFT JOIN shared ON shared.account = paid.account
  WHERE failed.account IS NULL AND (paid.account_name <> paid.name OR shared.account IS NOT NULL)
),
fitting AS (
  SELECT unit_id, programme, party, account
  FROM again
  GROUP BY unit_id, programme, party, account
  HAVING sum(amount) <= max(came_back) * (1 + CAST($tolerance AS DECIMAL(9, 4)))
),
sent AS (
  SELECT again.unit_id, again.programme, again.party, again.account, again.row_id, again.name, again.account_name,
    again.amount, again.currency, again.paid_on
  FROM again
  JOIN fitting ON fitting.unit_id = again.unit_id AND fitting.programme IS NOT DISTINCT FROM again.programme
    AND fitting.party = again.party AND fitting.account = again.account
),
proof AS (
  SELECT unit_id, programme, account, row_id
  FROM sent
  UNION
  SELECT sent.unit_id, sent.programme, sent.account, returned.row_id
  FROM sent
  JOIN returned ON returned.unit_id = sent.unit_id AND returned.programme IS NOT DISTINCT FROM sent.programme
    AND returned.party = sent.party AND returned.paid_on <= sent.paid_on
),
proofs AS (
  SELECT unit_id, programme, account, list_sort(list(row_id)) AS benefit_payment_rows
  FROM proof
  GROUP BY unit_id, programme, account
),
summed AS (
  SELECT unit_id, programme, account, array_to_string(list_sort(list(DISTINCT name) FILTER (WHERE name IS NOT NULL)), '、') AS name,
    coalesce(max(account_name), '') AS account_name, count(DISTINCT party) AS people, sum(amount) AS total, max(currency) AS currency,
    max(paid_on) AS last_paid_on
  FROM sent
  GROUP BY unit_id, programme, account
),
-- What the account gave back again is put right.
given_back AS (
  SELECT unit_id, programme, account, sum(amount) AS amount
  FROM listed
  WHERE NOT is_out AND status <> 'failed' AND account IS NOT NULL
  GROUP BY unit_id, programme, account
)
SELECT summed.unit_id, summed.programme, md5(summed.account) AS account_key, summed.name, summed.account_name, summed.people,
  CAST(summed.total AS DECIMAL(18, 2)) AS total, summed.currency, summed.last_paid_on, proofs.benefit_payment_rows
FROM summed
JOIN proofs ON proofs.unit_id = summed.unit_id AND proofs.programme IS NOT DISTINCT FROM summed.programme
  AND proofs.account = summed.account
LEFT JOIN given_back ON given_back.unit_id = summed.unit_id AND given_back.programme IS NOT DISTINCT FROM summed.programme
  AND given_back.account = summed.account
WHERE summed.total > coalesce(given_back.amount, 0)
