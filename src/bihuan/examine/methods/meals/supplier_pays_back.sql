/*
id: supplier_pays_back
title: {zh: 食材供应商向学校人员或学校账外账户回款, en: A food supplier paid money back to staff or to an account of the school}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 收到营养餐货款的供应商，随后把钱转给学校、教育部门的工作人员或学校的其他账户，可能是回扣或套取资金后的返还。
  en: A supplier that was paid out of the meal money passed some of it on to staff of the school or the bureau, or to another account of the school; a kickback, or money drawn by made-up bills.
not_when:
  zh: 工作人员是供应商的真实债权人（租金、货款）；公开退还多付货款到营养餐专户；同名不同人。
  en: The person is a true creditor (rent, goods); an open refund to the fund's own account; a namesake.
ask:
  zh: 供应商账户流水、转账附言和现金支取，收款人与学校的关系，学校账外账户的开户和支出。
  en: The supplier's statements, remarks and cash withdrawals, what the receiver is to the school, who opened and spent from the school's other account.
reads: [payment, bank_transaction]
optional: [payroll, official, bank_account, kinship]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND regexp_matches(concat(coalesce(project_name, ''), coalesce(fund_type, ''), coalesce(purpose, '')), '营养|供餐|学生餐|食材|膳食')"}
max_share: 0.3
scope: lookback
params: {days_after: 180, least_amount: 500, bureau: "教育|教体|营养办|学生资助", own_fund: "营养|专户|国库|财政|零余额"}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: last_on}
reason:
  zh: "{school}付给{supplier}营养餐货款以后，{supplier}向{receivers}个收款人（其中学校或教育部门人员{staff}名）转回{times}笔共{total}。"
  en: "After {school} had paid {supplier} for food, {supplier} passed {total} in {times} transfers on to {receivers} receivers, {staff} of them staff of school or bureau."
examples:
  - says: to the headmaster's wage account and the school's own account; to the fund's account, to a stranger, before the first purchase and from another firm is left alone
    given:
      payment:
        - &bill {unit_id: S1, unit_name: 溪口小学, payee_name: 丰源粮油, project_name: 学生营养改善计划, purpose: 付5月食材款, amount: 9000.00, paid_on: 2025-06-10}
        - {<<: *bill, payee_name: 绿野配送}
        - {<<: *bill, purpose: 办公用品, project_name: 公用经费, payee_name: 文具店}
      payroll:
        - {unit_id: S1, unit_name: 溪口小学, name: 校长, account: "6228 0001"}
      bank_account:
        - {unit_id: S1, account_no: "7001", account_name: 溪口小学食堂, kind: 一般户}
        - {unit_id: S1, account_no: "7002", account_name: 溪口小学营养餐专户, kind: 专户}
      bank_transaction:
        - &out {account_name: 丰源粮油, other_name: 校长, other_account: "62280001", out_amount: 3000.00, transacted_on: 2025-06-20, account_no: "1"}
        - {<<: *out, other_name: 溪口小学食堂, other_account: "7001", out_amount: 2000.00}
        - {<<: *out, other_name: 溪口小学营养餐专户, other_account: "7002"}
        - {<<: *out, other_name: 路人, other_account: "9999"}
        - {<<: *out, transacted_on: 2025-01-20}
        - {<<: *out, account_name: 文具店}
        - {account_name: 校长, account_no: "62280001", other_name: 丰源粮油, in_amount: 3000.00, transacted_on: 2025-06-20}
    expect:
      - {unit_id: S1, supplier: 丰源粮油, times: 2, total: 5000.00, payment_rows: [1], bank_transaction_rows: [1, 2, 7]}
  - says: to the headmaster's husband, by a name that only he bears; a name that several bear says nothing
    given:
      payment:
        - {unit_id: S5, unit_name: 白庙小学, payee_name: 鑫盛粮油, project_name: 学生营养改善计划, amount: 9000.00, paid_on: 2025-06-10}
      official:
        - {unit_id: 白庙小学, unit_name: 白庙小学, name: 女校长, id_no: H5}
        - {unit_id: 白庙小学, unit_name: 白庙小学, name: 主任, id_no: H6}
      kinship:
        - {name: 欧阳独秀, id_no: W5, other_name: 女校长, other_id_no: H5}
        - {name: 张伟, id_no: W6, other_name: 主任, other_id_no: H6}
        - {name: 张伟, id_no: W7, other_name: 外人, other_id_no: H7}
      bank_transaction:
        - {account_name: 鑫盛粮油, other_name: 欧阳独秀, other_account: "99", out_amount: 900.00, transacted_on: 2025-06-16, account_no: "2"}
        - {account_name: 鑫盛粮油, other_name: 张伟, other_account: "98", out_amount: 800.00, transacted_on: 2025-06-16, account_no: "2"}
    expect:
      - {unit_id: S5, supplier: 鑫盛粮油, total: 900.00, bank_transaction_rows: [1], kinship_rows: [1]}
*/
WITH bills AS (
  SELECT row_id, unit_id, coalesce(unit_name, unit_id) AS school, payee_name AS supplier, currency, paid_on
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL
    AND regexp_matches(concat(coalesce(project_name, ''), coalesce(fund_type, ''), coalesce(purpose, '')), '营养|供餐|学生餐|食材|膳食')
),
bought AS (
  SELECT unit_id, max(school) AS school, supplier, currency, min(paid_on) AS first_on, max(paid_on) AS last_on
  FROM bills
  GROUP BY unit_id, supplier, currency
),
people AS (
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, name, nullif(regexp_replace(coalesce(account, ''), '[^0-9]', '', 'g'), '') AS account,
    upper(id_no) AS id_no, NULL AS kinship_row
  FROM payroll
  UNION ALL
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, name, NULL AS account, upper(id_no) AS id_no, NULL AS kinship_row
  FROM official
),
wed AS (
  SELECT upper(id_no) AS id_no, other_name AS relative, row_id AS kinship_row
  FROM kinship
  UNION ALL
  SELECT upper(other_id_no) AS id_no, name AS relative, row_id AS kinship_row
  FROM kinship
),
-- A relative has no account in the books; the name must be one that the registers of kin hold once.
relatives AS (
  SELECT people.unit_id, people.employer, wed.relative, min(wed.kinship_row) AS kinship_row
  FROM people
  JOIN wed ON wed.id_no = people.id_no
  JOIN (SELECT relative FROM wed GROUP BY relative HAVING count(*) = 1) AS rare ON rare.relative = wed.relative
  GROUP BY people.unit_id, people.employer, wed.relative
),
-- Who could receive it: staff by account or name, and the school's accounts other than those of the fund.
receivers AS (
  SELECT DISTINCT unit_id, 'staff' AS kind, name, account, regexp_matches(employer, $bureau) AS is_bureau, employer, kinship_row
  FROM people
  WHERE name IS NOT NULL
  UNION ALL
  SELECT unit_id, 'kin' AS kind, relative AS name, NULL AS account, regexp_matches(employer, $bureau) AS is_bureau, employer, kinship_row
  FROM relatives
  UNION ALL
  SELECT DISTINCT unit_id, 'school' AS kind, account_name AS name, regexp_replace(account_no, '[^0-9]', '', 'g') AS account, false AS is_bureau,
    NULL AS employer, NULL AS kinship_row
  FROM bank_account
  WHERE unit_id IS NOT NULL AND NOT regexp_matches(concat(coalesce(account_name, ''), coalesce(purpose, ''), coalesce(kind, '')), $own_fund)
),
-- Out of the supplier's account, or into the receiver's; one transfer may stand on the statements of both.
movements AS (
  SELECT row_id, 'out' AS seen_from, account_name AS payer, other_name AS payee,
    regexp_replace(coalesce(other_account, ''), '[^0-9]', '', 'g') AS payee_account, out_amount AS amount, currency, transacted_on
  FROM bank_transaction
  WHERE out_amount > 0
  UNION ALL
  SELECT row_id, 'in' AS seen_from, other_name AS payer, account_name AS payee,
    regexp_replace(coalesce(account_no, ''), '[^0-9]', '', 'g') AS payee_account, in_amount AS amount, currency, transacted_on
  FROM bank_transaction
  WHERE in_amount > 0
),
transfers AS (
  SELECT payer, payee, max(payee_account) AS payee_account, transacted_on, amount, currency, list_sort(list(row_id)) AS movement_rows,
    greatest(count(*) FILTER (WHERE seen_from = 'out'), count(*) FILTER (WHERE seen_from = 'in')) AS times
  FROM movements
  WHERE payer IS NOT NULL AND payee IS NOT NULL
  GROUP BY payer, payee, transacted_on, amount, currency
),
found AS (
  SELECT bought.unit_id, bought.school, bought.supplier, transfers.payee, transfers.transacted_on,
    transfers.amount, transfers.currency, transfers.times, transfers.movement_rows,
    bool_or(receivers.kind IN ('staff', 'kin')) AS is_staff, max(receivers.kinship_row) AS kinship_row
  FROM bought
  JOIN transfers ON transfers.payer = bought.supplier AND transfers.currency IS NOT DISTINCT FROM bought.currency
    AND transfers.transacted_on >= bought.first_on
    AND transfers.transacted_on <= bought.last_on + INTERVAL 1 DAY * $days_after
  JOIN receivers ON (receivers.unit_id = bought.unit_id OR receivers.employer = bought.school OR receivers.is_bureau)
    AND (receivers.account = transfers.payee_account
      OR receivers.name = transfers.payee AND (receivers.account IS NULL OR transfers.payee_account = ''))
  GROUP BY bought.unit_id, bought.school, bought.supplier, transfers.payee, transfers.transacted_on,
    transfers.amount, transfers.currency, transfers.times, transfers.movement_rows
),
-- What was paid last before each transfer; the other purchases of the year are no part of it.
before AS (
  SELECT found.unit_id, found.supplier, found.currency, found.transacted_on, max(bills.paid_on) AS paid_on
  FROM found
  JOIN bills ON bills.unit_id = found.unit_id AND bills.supplier = found.supplier
    AND bills.currency IS NOT DISTINCT FROM found.currency AND bills.paid_on <= found.transacted_on
  GROUP BY found.unit_id, found.supplier, found.currency, found.transacted_on
),
paid AS (
  SELECT before.unit_id, before.supplier, before.currency, list_sort(list(DISTINCT bills.row_id)) AS payment_rows
  FROM before
  JOIN bills ON bills.unit_id = before.unit_id AND bills.supplier = before.supplier
    AND bills.currency IS NOT DISTINCT FROM before.currency AND bills.paid_on = before.paid_on
  GROUP BY before.unit_id, before.supplier, before.currency
)
SELECT found.unit_id, found.school, found.supplier, found.currency, sum(found.times) AS times,
  CAST(sum(found.amount * found.times) AS DECIMAL(18, 2)) AS total, max(found.transacted_on) AS last_on,
  count(DISTINCT found.payee) AS receivers, count(DISTINCT CASE WHEN found.is_staff THEN found.payee END) AS staff,
  paid.payment_rows, list_sort(flatten(list(movement_rows))) AS bank_transaction_rows,
  list_sort(list(DISTINCT kinship_row) FILTER (WHERE kinship_row IS NOT NULL)) AS kinship_rows
FROM found
JOIN paid ON paid.unit_id = found.unit_id AND paid.supplier = found.supplier AND paid.currency IS NOT DISTINCT FROM found.currency
GROUP BY found.unit_id, found.school, found.supplier, found.currency, paid.payment_rows
HAVING sum(found.amount * found.times) >= $least_amount
