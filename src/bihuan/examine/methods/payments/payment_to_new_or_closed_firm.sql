/*
id: payment_to_new_or_closed_firm
title: {zh: 付款给刚成立或已注销吊销的企业, en: "Paid to a firm just founded, or closed"}
status: stable
role: lead
level: high
basis: [accounting]
why:
  zh: 企业成立前、刚成立就收到大额付款，或注销、吊销后仍收款，可能是为套取资金临时设立或冒用的企业。
  en: A firm paid before or just after its founding, or after it was closed or its licence revoked, may exist only to take the money.
not_when:
  zh: 企业改制、吸收合并后沿用旧名收款；清算期间收回以前年度欠款。
  en: A firm reorganised under its old name; old debts collected in liquidation.
ask:
  zh: 企业登记档案、合同和验收资料、发票开具日期，收款账户的户名。
  en: The firm's registration file, contract and acceptance, the date of the invoice, the account holder.
reads: [payment, organization]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND payee_name IS NOT NULL"}
scope: all
params: {new_days: 60, least_new_amount: 50000, least_closed_amount: 1000}
lead: {unit: unit_id, subject: [payee_name], amount: total, currency: currency, on: first_paid_on}
reason:
  zh: "{payee_name}（{founded_on}成立，{ended_on}注销或吊销）{first_paid_on}起收款{times}笔共{total}。"
  en: "{payee_name} (founded on {founded_on}, closed or revoked on {ended_on}) was paid {total} in {times} payments from {first_paid_on}."
examples:
  - says: paid after it was closed; paid a large sum twelve days after founding; an old firm and a small sum to a new one are left alone
    given:
      organization:
        - &firm {name: 甲商贸有限公司, founded_on: 2015-01-01, status: closed, closed_on: 2024-12-20, changed_on: 2024-12-20}
        - {<<: *firm, name: 乙科技有限公司, founded_on: 2025-03-01, status: active, closed_on: null}
        - {<<: *firm, name: 丙有限公司, status: active, closed_on: null}
        - {<<: *firm, name: 云禾县宏图伟业商贸有限公司}
        # the registry's own list does not know yet
        - {name: 戊有限公司, founded_on: 2015-01-01, status: active}
        - {<<: *firm, name: 戊有限公司, status: revoked, closed_on: null, revoked_on: 2024-12-20}
        - {<<: *firm, name: 丁有限公司, founded_on: 2025-03-01, status: active, closed_on: null}
      payment:
        - &paid {unit_id: U1, payee_name: 甲商贸有限公司, amount: 60000.00, paid_on: 2025-03-13, currency: CNY}
        - {<<: *paid, payee_name: 乙科技有限公司, amount: 180000.00}
        - {<<: *paid, payee_name: 丙有限公司}
        - {<<: *paid, payee_name: 丁有限公司, amount: 3000.00}
        - {<<: *paid, payee_name: 乙科技有限公司, amount: 180000.00, paid_on: 2025-09-01}
        - {<<: *paid, payee_name: 戊有限公司, unit_id: U3}
        # under a short name; and what came back
        - {<<: *paid, payee_name: 宏图伟业商贸有限公司, amount: 5200.00}
        - {<<: *paid, payee_name: 邻禾县宏图伟业商贸有限公司, amount: 5300.00}
        - {<<: *paid, payee_name: 甲商贸有限公司, unit_id: U2}
        - {<<: *paid, payee_name: 甲商贸有限公司, unit_id: U2, amount: -60000.00, paid_on: 2025-06-01}
    expect:
      - {unit_id: U1, payee_name: 甲商贸有限公司, total: 60000.00, payment_rows: [1], organization_rows: [1]}
      - {unit_id: U1, payee_name: 乙科技有限公司, total: 180000.00, payment_rows: [2], organization_rows: [2]}
      - {unit_id: U1, payee_name: 宏图伟业商贸有限公司, payment_rows: [7], organization_rows: [4]}
      - {unit_id: U3, payee_name: 戊有限公司, payment_rows: [6], organization_rows: [5, 6]}
*/
WITH -- What came back answers the latest payment of that sum to that payee, one for one.
returns AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, -amount AS amount, paid_on,
    row_number() OVER (PARTITION BY unit_id, coalesce(payee_name, payee_id), amount ORDER BY paid_on DESC, row_id DESC) AS place
  FROM payment
  WHERE amount < 0 AND coalesce(status, 'paid') IN ('paid', 'returned')
),
last_return AS (
  SELECT unit_id, payee, amount, max(paid_on) AS paid_on
  FROM returns
  GROUP BY unit_id, payee, amount
),
gone_out AS (
  SELECT payment.row_id, payment.unit_id, last_return.payee, payment.amount, payment.paid_on,
    row_number() OVER (PARTITION BY payment.unit_id, last_return.payee, payment.amount
      ORDER BY payment.paid_on DESC, payment.row_id DESC) AS place
  FROM payment
  JOIN last_return ON last_return.unit_id = payment.unit_id AND last_return.payee = coalesce(payment.payee_name, payment.payee_id)
    AND last_return.amount = payment.amount AND payment.paid_on <= last_return.paid_on
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
),
answered AS (
  SELECT gone_out.row_id
  FROM gone_out
  JOIN returns ON returns.unit_id = gone_out.unit_id AND returns.payee = gone_out.payee AND returns.amount = gone_out.amount
    AND returns.place = gone_out.place AND returns.paid_on >= gone_out.paid_on
),
stated AS (
  SELECT row_id, name, founded_on, coalesce(changed_on, approved_on) AS stated_on,
    coalesce(closed_on, revoked_on, CASE WHEN status IN ('closed', 'revoked') THEN changed_on END) AS ended_on
  FROM organization
  WHERE name IS NOT NULL
),
-- A list of the day before still says active: the end counts, unless a later row says that the firm lives on.
firms AS (
  SELECT name, min(founded_on) AS founded_on, max(ended_on) AS ended_on,
    CASE WHEN max(ended_on) IS NULL
      OR coalesce(max(stated_on) FILTER (WHERE ended_on IS NULL) > max(ended_on), false) THEN 1 ELSE 0 END AS alive,
    list_sort(list(row_id)) AS organization_rows
  FROM stated
  GROUP BY name
),
-- A firm under its short form, where only one firm bears it.
short_names AS (
  SELECT regexp_replace(regexp_replace(name, '^([一-龥]{2,6}(省|自治区|市|州|县|区))+', '', 'g'), '(有限责任公司|股份有限公司|有限公司|公司)$', '', 'g') AS core, max(name) AS name
  FROM firms
  GROUP BY regexp_replace(regexp_replace(name, '^([一-龥]{2,6}(省|自治区|市|州|县|区))+', '', 'g'), '(有限责任公司|股份有限公司|有限公司|公司)$', '', 'g')
  HAVING count(*) = 1
),
payees AS (
  SELECT payee_name, regexp_replace(regexp_replace(payee_name, '^([一-龥]{2,6}(省|自治区|市|州|县|区))+', '', 'g'), '(有限责任公司|股份有限公司|有限公司|公司)$', '', 'g') AS core
  FROM payment
  WHERE payee_name IS NOT NULL AND amount > 0
  GROUP BY payee_name
),
known AS (
  SELECT payees.payee_name, coalesce(firms.name, short_names.name) AS name
  FROM payees
  LEFT JOIN firms ON firms.name = payees.payee_name
  LEFT JOIN short_names ON short_names.core = payees.core AND length(payees.core) >= 4
    AND regexp_matches(payees.payee_name, '(公司|厂|中心|社|行|部|店)$')
    AND NOT regexp_matches(payees.payee_name, '^([一-龥]{2,6}(省|自治区|市|州|县|区))+')
),
suspicious AS (
  SELECT payment.row_id, payment.unit_id, payment.payee_name, payment.amount, payment.currency, payment.paid_on,
    firms.founded_on, CASE WHEN firms.alive = 0 THEN firms.ended_on END AS ended_on, firms.organization_rows,
    firms.alive = 0 AND payment.paid_on > firms.ended_on AS is_after_end
  FROM payment
  JOIN known ON known.payee_name = payment.payee_name
  JOIN firms ON firms.name = known.name
  ANTI JOIN answered ON answered.row_id = payment.row_id
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
    AND (firms.alive = 0 AND payment.paid_on > firms.ended_on
      OR date_diff('day', firms.founded_on, payment.paid_on) < $new_days)
)
SELECT unit_id, payee_name, currency, founded_on, ended_on, min(paid_on) AS first_paid_on, count(*) AS times,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, list_sort(list(row_id)) AS payment_rows, organization_rows
FROM suspicious
GROUP BY unit_id, payee_name, currency, founded_on, ended_on, organization_rows
HAVING coalesce(sum(amount) FILTER (WHERE is_after_end), 0) >= $least_closed_amount OR sum(amount) >= $least_new_amount
