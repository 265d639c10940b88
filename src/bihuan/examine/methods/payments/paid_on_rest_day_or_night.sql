/*
id: paid_on_rest_day_or_night
title: {zh: 休息日或夜间付款, en: Paid on a rest day or at night}
status: stable
role: corroborates
level: low
basis: [isa240]
why:
  zh: 休息日、节假日或夜间办理的付款避开了正常的审批和对账时间，与其他疑点同时出现时值得多看一眼。
  en: Payments on rest days, holidays or at night avoid the usual hours of approval; beside another lead they deserve a look.
not_when:
  zh: 银行批量代发、清算系统自动处理，应急、防汛等值班支付。
  en: Batches run by the bank, automatic clearing, emergencies.
ask:
  zh: 经办人、复核人的操作日志。
  en: The log of who entered and approved it.
reads: [payment, calendar]
population: {table: payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: row
params: {least_amount: 1000, night_from: 22, night_to: 6}
lead: {unit: unit_id, subject: [payee, paid_on], amount: total, currency: currency, on: paid_on}
reason:
  zh: "{paid_on}（非工作日或夜间）向{payee}付款{times}笔共{total}。"
  en: "On {paid_on}, a rest day or at night, {payee} was paid {total} in {times} payments."
examples:
  - says: a Sunday and a night; a swapped working Sunday and an ordinary day are left alone
    given:
      calendar:
        - {day: 2025-03-02, is_workday: false, is_holiday: false, is_swapped: false, weekday: 7, is_provisional: false}
        - {day: 2025-01-26, is_workday: true, is_holiday: false, is_swapped: true, weekday: 7, is_provisional: false}
        - {day: 2025-03-03, is_workday: true, is_holiday: false, is_swapped: false, weekday: 1, is_provisional: false}
        - {day: 2025-03-04, is_workday: true, is_holiday: false, is_swapped: false, weekday: 2, is_provisional: false}
      payment:
        - &paid {unit_id: U1, payee_name: 甲公司, amount: 5000.00, paid_on: 2025-03-02, currency: CNY}
        - {<<: *paid, paid_on: 2025-01-26}
        - {<<: *paid, paid_on: 2025-03-03}
        - {<<: *paid, paid_on: 2025-03-04, paid_at: "2025-03-04T23:10:00+08:00"}
    expect:
      - {payee: 甲公司, paid_on: 2025-03-02, payment_rows: [1]}
      - {payee: 甲公司, paid_on: 2025-03-04, payment_rows: [4]}
*/
SELECT payment.unit_id, coalesce(payment.payee_name, payment.payee_id, '') AS payee, payment.paid_on, payment.currency,
  CAST(sum(payment.amount) AS DECIMAL(18, 2)) AS total, count(*) AS times, list_sort(list(payment.row_id)) AS payment_rows
FROM payment
JOIN calendar ON calendar.day = payment.paid_on
WHERE payment.amount >= $least_amount AND coalesce(payment.status, 'paid') = 'paid'
  AND (NOT calendar.is_workday OR extract(hour FROM payment.paid_at) >= $night_from
    OR extract(hour FROM payment.paid_at) < $night_to AND extract(hour FROM payment.paid_at) + extract(minute FROM payment.paid_at) > 0)
GROUP BY payment.unit_id, coalesce(payment.payee_name, payment.payee_id, ''), payment.paid_on, payment.currency
