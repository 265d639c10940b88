/*
id: split_below_approval_limit
title: {zh: 拆分付款规避审批限额, en: Payments split below an approval limit}
status: stable
role: lead
level: high
basis: [gp-28]
why:
  zh: 几天之内付给同一收款人（或同一用途分付几个收款人）的几笔款，每笔都压在限额以下，合计却超过限额，可能是化整为零逃避审批或采购程序。
  en: Within days several payments to one payee, or for one purpose to several, each stay below a limit that their sum exceeds; one purchase may have been cut up.
not_when:
  zh: 按合同约定分期付款、按月结算或分批到货各自验收；批量发放给个人的补贴、工资。
  en: Instalments or monthly settlements under a contract, deliveries accepted one by one; wages and benefits paid in a batch.
ask:
  zh: 各笔的申请、审批单、合同和采购文件，说明为何不合并报批；本单位当年审批权限规定。
  en: Application, approval, contract and procurement file of each, why they were not asked for together, and the unit's rule on who approves what.
reads: [payment, unit_parameter]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: lookback
params: {window_days: 7, near_share: 0.8, least_share: 0.3, high_limit: 100000}
lead: {unit: unit_id, subject: [subject, approval_limit, first_paid_on], amount: total, currency: currency, on: paid_on}
reason:
  zh: "{first_paid_on}至{paid_on}，{subject}分{pieces}笔付款，最大一笔{largest}，均低于限额{approval_limit}，合计{total}。"
  en: "{subject}: {pieces} payments between {first_paid_on} and {paid_on}, none above {largest}, all below the limit of {approval_limit}, {total} together."
examples:
  - says: three pieces just below 50,000 to one firm, and one purpose cut over three payees; instalments and small purchases are left alone
    given:
      unit_parameter:
        - &limit {unit_id: U1, name: approval_limit_50000, valid_from: 2000-01-01, value: "50000"}
        - {<<: *limit, name: approval_limit_200000, value: "200000"}
      payment:
        - &piece {unit_id: U1, payee_name: 甲装饰公司, amount: 49800.00, purpose: 办公楼维修, paid_on: 2025-03-03, currency: CNY}
        - {<<: *piece, amount: 48500.00, paid_on: 2025-03-05}
        - {<<: *piece, amount: 41000.00, paid_on: 2025-03-06}
        - {<<: *piece, payee_name: 乙经营部, amount: 46000.00, purpose: 购置课桌椅, paid_on: 2025-06-10}
        - {<<: *piece, payee_name: 丙商行, amount: 47250.00, purpose: 购置课桌椅, paid_on: 2025-06-10}
        - {<<: *piece, payee_name: 丁家具店, amount: 44900.00, purpose: 购置课桌椅, paid_on: 2025-06-11}
        # far apart, small, one above the limit, under one contract
        - {<<: *piece, payee_name: 戊公司, purpose: 设备}
        - {<<: *piece, payee_name: 戊公司, purpose: 设备, paid_on: 2025-05-03}
        - {<<: *piece, payee_name: 己超市, amount: 3000.00, purpose: 日用品}
        - {<<: *piece, payee_name: 己超市, amount: 4100.00, purpose: 日用品, paid_on: 2025-03-04}
        - {<<: *piece, payee_name: 庚公司, amount: 60000.00, purpose: 服务}
        - {<<: *piece, payee_name: 庚公司, amount: 45000.00, purpose: 服务}
        - {<<: *piece, payee_name: 辛公司, contract_no: HT-1, purpose: 进度款}
        - {<<: *piece, payee_name: 辛公司, contract_no: HT-1, purpose: 进度款, paid_on: 2025-03-05}
    expect:
      - {unit_id: U1, subject: 甲装饰公司, approval_limit: 50000, total: 139300.00, pieces: 3, payment_rows: [1, 2, 3]}
      - {unit_id: U1, subject: 购置课桌椅, approval_limit: 50000, total: 138150.00, payment_rows: [4, 5, 6]}
*/
WITH limits AS (
  SELECT unit_id, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS approval_limit
  FROM unit_parameter
  WHERE starts_with(name, 'approval_limit')
),
-- Wages, benefits and payments under one contract are cut by nature.
paid AS (
  SELECT row_id, unit_id, coalesce(payee_id, payee_name) AS payee, payee_name, amount, currency, paid_on,
    nullif(regexp_extract(coalesce(purpose, ''), '([0-9]{1,2})月', 1), '') AS for_month,
    nullif(regexp_replace(coalesce(purpose, ''), '[0-9０-９（）()、，,.第批期次笔一二三四五六七八九十-]', '', 'g'), '') AS purpose
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND contract_no IS NULL
    AND NOT regexp_matches(coalesce(purpose, ''), '工资|津贴|补贴|补助|绩效|奖金|社保|公积金|养老|医保|低保|助学金|奖学金|退休|抚恤|电费|水费|税')
),
named AS (
  SELECT row_id, unit_id, coalesce(payee_name, payee) AS subject, 'payee' AS kind, amount, currency, paid_on, payee, for_month
  FROM paid
  WHERE payee IS NOT NULL
  UNION ALL
  SELECT row_id, unit_id, purpose AS subject, 'purpose' AS kind, amount, currency, paid_on, payee, for_month
  FROM paid
  WHERE length(purpose) >= 4
),
below AS (
  SELECT named.row_id, named.unit_id, named.subject, named.kind, named.amount, named.currency, named.paid_on, named.payee, named.for_month,
    limits.approval_limit
  FROM named
  JOIN limits ON limits.unit_id = named.unit_id AND named.paid_on >= limits.valid_from AND named.paid_on < limits.valid_to
    AND named.amount < limits.approval_limit AND named.amount >= limits.approval_limit * $least_share
),
in_order AS (
  SELECT row_id, unit_id, subject, kind, amount, currency, paid_on, payee, for_month, approval_limit,
    lag(paid_on) OVER (PARTITION BY unit_id, kind, subject, currency, approval_limit ORDER BY paid_on, row_id
      ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS paid_before
  FROM below
),
in_stretches AS (
  SELECT row_id, unit_id, subject, kind, amount, currency, paid_on, payee, for_month, approval_limit,
    sum(CASE WHEN paid_before IS NULL OR date_diff('day', paid_before, paid_on) > $window_days THEN 1 ELSE 0 END)
      OVER (PARTITION BY unit_id, kind, subject, currency, approval_limit ORDER BY paid_on, row_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS stretch
  FROM in_order
),
splits AS (
  SELECT unit_id, subject, kind, currency, approval_limit, stretch, count(*) AS pieces,
    min(paid_on) AS first_paid_on, max(paid_on) AS paid_on, max(amount) AS largest, sum(amount) AS total,
    list_sort(list(row_id)) AS payment_rows, min(row_id) AS first_row, count(DISTINCT payee) AS payees,
    date_diff('day', min(paid_on), max(paid_on)) AS days
  FROM in_stretches
  GROUP BY unit_id, subject, kind, currency, approval_limit, stretch
  HAVING sum(amount) >= approval_limit
    AND (count(*) FILTER (WHERE amount >= approval_limit * $near_share) >= 3
      OR count(*) FILTER (WHERE amount >= approval_limit * $near_share) >= 2 AND approval_limit >= $high_limit)
    AND count(*) FILTER (WHERE amount >= approval_limit * $near_share) * 2 >= count(*)
    -- Bills of different months that are paid together were cut by the calendar.
    AND NOT (count(for_month) = count(*) AND count(DISTINCT for_month) = count(*))
),
-- One set of payments is one lead: the payee before the purpose, the limit nearest above the pieces.
ranked AS (
  SELECT unit_id, subject, currency, approval_limit, pieces, first_paid_on, paid_on, largest, total, payment_rows,
    row_number() OVER (PARTITION BY unit_id, first_row ORDER BY CASE WHEN kind = 'payee' THEN 0 ELSE 1 END,
      approval_limit, subject) AS place
  FROM splits
  WHERE days <= 2 * $window_days AND (kind = 'payee' OR payees >= 2)
)
SELECT unit_id, subject, currency, approval_limit, pieces, first_paid_on, paid_on, largest,
  CAST(total AS DECIMAL(18, 2)) AS total, payment_rows
FROM ranked
WHERE place = 1
