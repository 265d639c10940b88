/*
id: just_below_limit
title: {zh: 付款金额扎堆在限额之下, en: Amounts bunch just below a limit}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 一个单位的付款若不受限额影响，限额之下和之上的笔数应大致相当。明显多出来的那些，可能是有意压在审批或采购限额以下。
  en: Where a limit plays no part, as many payments lie just above it as just below. A clear surplus below suggests amounts fitted to the limit.
not_when:
  zh: 限额附近有固定标准的支出（如统一定额补助）；限额以上的付款另走别的渠道，未在本资料中。
  en: A fixed rate happens to lie below the limit; payments above it go another way and are not in these data.
ask:
  zh: 限额以下这些付款的审批单和采购方式，与限额以上的对照。
  en: Approvals and purchase method of the payments below, beside those above.
reads: [payment, unit_parameter]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: year
params: {band_share: 0.1, narrow_share: 0.03, least_count: 12, least_z: 3.4, most_of_one_amount: 0.4, fixed_times: 3}
lead: {unit: unit_id, subject: [approval_limit, paid_year], amount: total_below, currency: currency, on: paid_on}
reason:
  zh: "{paid_year}年，限额{approval_limit}之下{band_percent}%之内有{below}笔，之上{band_percent}%之内只有{above}笔；若不受限额影响，如此悬殊极为少见（z = {z}）。"
  en: "In {paid_year}, {below} payments lie within {band_percent} % below {approval_limit} and {above} within {band_percent} % above; by chance that is most unlikely (z = {z})."
examples:
  - says: fourteen below and none above; a fixed rate and an even spread are left alone
    given:
      unit_parameter:
        - {unit_id: U1, name: approval_limit, valid_from: 2000-01-01, value: "10000"}
        - {unit_id: U2, name: approval_limit, valid_from: 2000-01-01, value: "10000"}
        - {unit_id: U3, name: approval_limit, valid_from: 2000-01-01, value: "10000"}
      payment:
        - &paid {unit_id: U1, payee_name: 甲, amount: 9100.00, paid_on: 2025-01-06, currency: CNY}
        - {<<: *paid, amount: 9150.00}
        - {<<: *paid, amount: 9200.00}
        - {<<: *paid, amount: 9250.00}
        - {<<: *paid, amount: 9300.00}
        - {<<: *paid, amount: 9350.00}
        - {<<: *paid, amount: 9400.00}
        - {<<: *paid, amount: 9450.00}
        - {<<: *paid, amount: 9500.00}
        - {<<: *paid, amount: 9550.00}
        - {<<: *paid, amount: 9600.00}
        - {<<: *paid, amount: 9650.00}
        - {<<: *paid, amount: 9700.00}
        - {<<: *paid, amount: 9750.00}
        - {<<: *paid, amount: 9760.00}
        - {<<: *paid, amount: 9770.00}
        - {<<: *paid, amount: 9780.00}
        - {<<: *paid, amount: 9790.00}
        - {<<: *paid, amount: 9800.00}
        - {<<: *paid, amount: 9810.00}
        - {<<: *paid, amount: 4000.00}
        # the fee of every month, just above
        - &fee {<<: *paid, payee_name: 物业公司, amount: 10080.00}
        - *fee
        - *fee
        - *fee
        - *fee
        - *fee
        - *fee
        - *fee
        - *fee
        - {<<: *paid, unit_id: U2, amount: 9500.00}
        - {<<: *paid, unit_id: U2, amount: 9600.00}
        - {<<: *paid, unit_id: U2, amount: 10400.00}
        - {<<: *paid, unit_id: U2, amount: 10500.00}
    expect:
      - {unit_id: U1, approval_limit: 10000, below: 20, above: 0}
*/
WITH limits AS (
  SELECT unit_id, valid_from, coalesce(valid_to, DATE '9999-12-31') AS valid_to, CAST(value AS DECIMAL(18, 2)) AS approval_limit
  FROM unit_parameter
  WHERE starts_with(name, 'approval_limit')
),
-- A price that one payee is paid again and again says nothing about the limit, on either side.
fixed_prices AS (
  SELECT unit_id, coalesce(payee_name, payee_id) AS payee, amount
  FROM payment
  WHERE amount > 0 AND coalesce(status, 'paid') = 'paid' AND coalesce(payee_name, payee_id) IS NOT NULL
  GROUP BY unit_id, coalesce(payee_name, payee_id), amount
  HAVING count(*) >= $fixed_times
),
near AS (
  SELECT payment.row_id, payment.unit_id, payment.amount, payment.currency, payment.paid_on, limits.approval_limit,
    extract(year FROM payment.paid_on) AS paid_year, payment.amount < limits.approval_limit AS is_below,
    payment.amount >= limits.approval_limit * (1 - $narrow_share)
      AND payment.amount < limits.approval_limit * (1 + $narrow_share) AS is_close
  FROM payment
  JOIN limits ON limits.unit_id = payment.unit_id AND payment.paid_on >= limits.valid_from
    AND payment.paid_on < limits.valid_to
    AND payment.amount >= limits.approval_limit * (1 - $band_share)
    AND payment.amount < limits.approval_limit * (1 + $band_share)
  ANTI JOIN fixed_prices ON fixed_prices.unit_id = payment.unit_id AND fixed_prices.amount = payment.amount
    AND fixed_prices.payee = coalesce(payment.payee_name, payment.payee_id)
  WHERE payment.amount > 0 AND coalesce(payment.status, 'paid') = 'paid'
    AND NOT regexp_matches(coalesce(payment.purpose, ''), '工资|津贴|补贴|补助|绩效|奖金|社保|公积金|养老|医保|低保|助学金')
),
-- Within a tenth, and closer still, where fewer that mean nothing lie between.
banded AS (
  SELECT row_id, unit_id, amount, currency, paid_on, approval_limit, paid_year, is_below, $band_share AS band
  FROM near
  UNION ALL
  SELECT row_id, unit_id, amount, currency, paid_on, approval_limit, paid_year, is_below, $narrow_share AS band
  FROM near
  WHERE is_close
),
counted AS (
  SELECT unit_id, approval_limit, currency, paid_year, band, count(*) FILTER (WHERE is_below) AS below, count(*) FILTER (WHERE NOT is_below) AS above,
    count(*) AS near_it, coalesce(sum(amount) FILTER (WHERE is_below), 0) AS total_below, max(paid_on) AS paid_on,
    list_sort(list(row_id) FILTER (WHERE is_below)) AS payment_rows
  FROM banded
  GROUP BY unit_id, approval_limit, currency, paid_year, band
),
most_frequent AS (
  SELECT unit_id, approval_limit, currency, paid_year, band, max(times) AS times
  FROM (
    SELECT unit_id, approval_limit, currency, paid_year, band, amount, count(*) AS times
    FROM banded
    WHERE is_below
    GROUP BY unit_id, approval_limit, currency, paid_year, band, amount
  ) AS amounts
  GROUP BY unit_id, approval_limit, currency, paid_year, band
)
-- Normal approximation of the binomial with p = 1/2 and continuity correction.
SELECT counted.unit_id, counted.approval_limit, counted.currency, counted.paid_year, counted.below, counted.above, round(counted.band * 100, 0) AS band_percent,
  round((counted.below - 0.5 - counted.near_it / 2.0) / nullif(sqrt(counted.near_it / 4.0), 0), 1) AS z,
  CAST(counted.total_below AS DECIMAL(18, 2)) AS total_below, counted.paid_on, counted.payment_rows
FROM counted
JOIN most_frequent AS most ON most.unit_id = counted.unit_id AND most.approval_limit = counted.approval_limit
  AND most.currency IS NOT DISTINCT FROM counted.currency AND most.paid_year = counted.paid_year
  AND most.band = counted.band
WHERE counted.below >= $least_count AND most.times <= $most_of_one_amount * counted.below
  AND (counted.below - 0.5 - counted.near_it / 2.0) / nullif(sqrt(counted.near_it / 4.0), 0) >= $least_z
QUALIFY row_number() OVER (PARTITION BY counted.unit_id, counted.approval_limit, counted.currency, counted.paid_year
  ORDER BY (counted.below - counted.above) / nullif(sqrt(counted.near_it), 0) DESC, counted.band DESC) = 1
