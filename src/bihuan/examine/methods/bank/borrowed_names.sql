/*
id: borrowed_names
title: {zh: 多名借款人长期在同一柜台先后还款, en: "Several borrowers repay one after the other at one counter, again and again"}
status: stable
role: lead
level: high
basis: []
why:
  zh: 住址不同的几名借款人，一次又一次在同一柜员处相隔几分钟还款，像是同一个人拿着几本折子来还，贷款可能是借名、冒名。
  en: Borrowers who do not live together repay at one teller within minutes of each other, time after time, as if one person carried all their books; the names may be borrowed.
not_when:
  zh: 一家人同去；流动服务车、助农点集中收贷；批量扣款；单位代员工还款。
  en: A family that goes together; a service van or a village agent who collects from many; batch debits; an employer who repays for his staff.
ask:
  zh: 还款凭条上的签名和代办人、柜面录像，贷款资金去向，逐户问借款人是否知情、用款人是谁。
  en: Signatures and agents on the slips, the camera at the counter, where the money went, and each borrower whether he knows of it and who used it.
reads: [repayment, loan]
population: {table: repayment, where: "paid_at IS NOT NULL AND coalesce(counter_no, branch) IS NOT NULL"}
max_share: 0.2
scope: all
params: {minutes: 10, least_days: 3, branch_minutes: 20, branch_days: 4, least_people: 4, at_counter: "现金|柜", collected: "流动|助农|移动|代理点|服务点|批扣|批量|自动|系统|代发|代扣"}
lead: {unit: unit_id, subject: [group_key], amount: lent, currency: currency, on: last_on}
reason:
  zh: "{people}名住址不同的借款人（{customer_name}）有{days}天在柜台{counter}相隔数分钟先后还款，贷款共{lent}。"
  en: "{people} borrowers of different homes ({customer_name}) repaid at counter {counter} within minutes of each other on {days} days; they borrowed {lent}."
examples:
  - says: four on three days; four who part between the tellers of a branch, on four days; a family, the service van, two days only and somebody in between by chance are left alone
    given:
      loan:
        - &loan {loan_id: L1, customer_id_no: K1, customer_name: 甲, address: 东村1号, amount: 100000.00, from_date: 2025-01-05}
        - {<<: *loan, loan_id: L2, customer_id_no: K2, customer_name: 乙, address: 西村2号}
        - {<<: *loan, loan_id: L3, customer_id_no: K3, customer_name: 丙, address: 南村3号}
        - {<<: *loan, loan_id: L4, customer_id_no: K4, customer_name: 丁, address: 北村4号}
        - {<<: *loan, loan_id: L5, customer_id_no: K5, customer_name: 路人, address: 中村5号}
        - {<<: *loan, loan_id: F1, customer_id_no: F1, customer_name: 父, address: 家}
        - {<<: *loan, loan_id: F2, customer_id_no: F2, customer_name: 子, address: 家}
        - {<<: *loan, loan_id: F3, customer_id_no: F3, customer_name: 母, address: 家}
        - {<<: *loan, loan_id: F4, customer_id_no: F4, customer_name: 女, address: 家}
        - {<<: *loan, loan_id: B1, customer_id_no: B1, customer_name: 戊, address: 一村}
        - {<<: *loan, loan_id: B2, customer_id_no: B2, customer_name: 己, address: 二村}
        - {<<: *loan, loan_id: B3, customer_id_no: B3, customer_name: 庚, address: 三村}
        - {<<: *loan, loan_id: B4, customer_id_no: B4, customer_name: 辛, address: 四村}
      repayment:
        - &paid {loan_id: L1, counter_no: "01", how: 现金, paid_on: 2025-03-20, paid_at: "2025-03-20 09:00:00+08", amount: 500.00}
        - {<<: *paid, loan_id: L2, paid_at: "2025-03-20 09:01:00+08"}
        - {<<: *paid, loan_id: L3, paid_at: "2025-03-20 09:02:00+08"}
        - {<<: *paid, loan_id: L4, paid_at: "2025-03-20 09:04:00+08"}
        - {<<: *paid, paid_on: 2025-04-21, paid_at: "2025-04-21 10:00:00+08"}
        - {<<: *paid, loan_id: L2, paid_on: 2025-04-21, paid_at: "2025-04-21 10:01:00+08"}
        - {<<: *paid, loan_id: L3, paid_on: 2025-04-21, paid_at: "2025-04-21 10:02:00+08"}
        - {<<: *paid, loan_id: L4, paid_on: 2025-04-21, paid_at: "2025-04-21 10:03:00+08"}
        - {<<: *paid, paid_on: 2025-05-20, paid_at: "2025-05-20 15:00:00+08"}
        - {<<: *paid, loan_id: L2, paid_on: 2025-05-20, paid_at: "2025-05-20 15:02:00+08"}
        - {<<: *paid, loan_id: L3, paid_on: 2025-05-20, paid_at: "2025-05-20 15:03:00+08"}
        - {<<: *paid, loan_id: L4, unit_id: 另一个名称, paid_on: 2025-05-20, paid_at: "2025-05-20 15:05:00+08"}
        - {<<: *paid, loan_id: L5, paid_on: 2025-05-20, paid_at: "2025-05-20 15:06:00+08"}
        - {<<: *paid, loan_id: F1, counter_no: "02"}
        - {<<: *paid, loan_id: F2, counter_no: "02"}
        - {<<: *paid, loan_id: F3, counter_no: "02"}
        - {<<: *paid, loan_id: F4, counter_no: "02"}
        - {<<: *paid, loan_id: F1, counter_no: "02", paid_on: 2025-04-21, paid_at: "2025-04-21 10:00:00+08"}
        - {<<: *paid, loan_id: F2, counter_no: "02", paid_on: 2025-04-21, paid_at: "2025-04-21 10:00:00+08"}
        - &part {loan_id: B1, counter_no: "11", branch: 城东支行, how: 柜面, paid_on: 2025-03-20, paid_at: "2025-03-20 09:00:00+08"}
        - {<<: *part, loan_id: B2, counter_no: "12", paid_at: "2025-03-20 09:12:00+08"}
        - {<<: *part, loan_id: B3, paid_at: "2025-03-20 09:15:00+08"}
        - {<<: *part, loan_id: B4, counter_no: "12", paid_at: "2025-03-20 09:18:00+08"}
        - {<<: *part, counter_no: "12", paid_on: 2025-04-20, paid_at: "2025-04-20 09:00:00+08"}
        - {<<: *part, loan_id: B2, paid_on: 2025-04-20, paid_at: "2025-04-20 09:01:00+08"}
        - {<<: *part, loan_id: B3, counter_no: "12", paid_on: 2025-04-20, paid_at: "2025-04-20 09:15:00+08"}
        - {<<: *part, loan_id: B4, counter_no: "13", paid_on: 2025-04-20, paid_at: "2025-04-20 09:19:00+08"}
        - {<<: *part, paid_on: 2025-05-20, paid_at: "2025-05-20 09:00:00+08"}
        - {<<: *part, loan_id: B2, counter_no: "12", paid_on: 2025-05-20, paid_at: "2025-05-20 09:01:00+08"}
        - {<<: *part, loan_id: B3, counter_no: "13", paid_on: 2025-05-20, paid_at: "2025-05-20 09:02:00+08"}
        - {<<: *part, loan_id: B4, paid_on: 2025-05-20, paid_at: "2025-05-20 09:03:00+08"}
        - {<<: *part, paid_on: 2025-06-20, paid_at: "2025-06-20 09:00:00+08"}
        - {<<: *part, loan_id: B2, counter_no: "12", paid_on: 2025-06-20, paid_at: "2025-06-20 09:01:00+08"}
        - {<<: *part, loan_id: B3, counter_no: "13", paid_on: 2025-06-20, paid_at: "2025-06-20 09:02:00+08"}
        - {<<: *part, loan_id: B4, counter_no: "12", paid_on: 2025-06-20, paid_at: "2025-06-20 09:03:00+08"}
    expect:
      - {people: 4, days: 4, counter: 城东支行, loan_rows: [10, 11, 12, 13], repayment_rows: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35]}
      - {people: 4, days: 3, lent: 400000.00, repayment_rows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], loan_rows: [1, 2, 3, 4]}
*/
WITH borrowed AS (
  SELECT unit_id, loan_id, max(coalesce(customer_id_no, customer_id, customer_name, loan_id)) AS customer, max(customer_name) AS name,
    max(coalesce(address, customer_id_no, loan_id)) AS home, max(amount) AS amount, max(currency) AS currency, max(row_id) AS loan_row
  FROM loan
  GROUP BY unit_id, loan_id
),
-- A list of repayments often names no bank: a loan's number that only one bank uses is enough.
numbers AS (
  SELECT loan_id, min(unit_id) AS only_unit
  FROM loan
  GROUP BY loan_id
  HAVING count(DISTINCT unit_id) = 1
),
visits AS (
  SELECT repayment.row_id, borrowed.unit_id, coalesce(repayment.counter_no, repayment.branch) AS counter, repayment.counter_no, repayment.branch, repayment.paid_on, repayment.paid_at,
    borrowed.customer, borrowed.home, borrowed.loan_id
  FROM repayment
  LEFT JOIN numbers ON numbers.loan_id = repayment.loan_id
  JOIN borrowed ON borrowed.loan_id = repayment.loan_id AND borrowed.unit_id = coalesce(numbers.only_unit, repayment.unit_id)
  WHERE repayment.paid_at IS NOT NULL AND coalesce(repayment.counter_no, repayment.branch) IS NOT NULL
    AND (repayment.counter_no IS NOT NULL OR regexp_matches(coalesce(repayment.how, ''), $at_counter))
    AND NOT regexp_matches(concat(coalesce(repayment.how, ''), coalesce(repayment.branch, '')), $collected)
),
-- At one teller within minutes; or at one branch, where they part between tellers, within a longer while and more often.
seats AS (
  SELECT row_id, unit_id, counter, paid_on, paid_at, customer, home, $minutes AS minutes, $least_days AS least_days, false AS is_branch
  FROM visits
  UNION ALL
  SELECT row_id, unit_id, branch AS counter, paid_on, paid_at, customer, home, $branch_minutes AS minutes, $branch_days AS least_days, true AS is_branch
  FROM visits
  WHERE counter_no IS NOT NULL AND branch IS NOT NULL
),
-- Two of different homes; each pair is seen from both sides.
met AS (
  SELECT one.unit_id, one.counter, one.is_branch, one.least_days, one.paid_on, one.customer, other.customer AS other, one.row_id
  FROM seats AS one
  JOIN seats AS other ON other.unit_id = one.unit_id AND other.counter = one.counter AND other.is_branch = one.is_branch AND other.paid_on = one.paid_on
    AND other.customer <> one.customer AND other.home <> one.home
    AND other.paid_at <= one.paid_at + INTERVAL 1 MINUTE * one.minutes AND one.paid_at <= other.paid_at + INTERVAL 1 MINUTE * one.minutes
),
pairs AS (
  SELECT unit_id, counter, is_branch, customer, other
  FROM met
  GROUP BY unit_id, counter, is_branch, customer, other, least_days
  HAVING count(DISTINCT paid_on) >= least_days
),
-- Whoever meets at least three others so often stands in a group; two steps name it by its first member.
circles AS (
  SELECT unit_id, counter, is_branch, customer, least(customer, min(other)) AS first_of
  FROM pairs
  GROUP BY unit_id, counter, is_branch, customer
  HAVING count(DISTINCT other) >= $least_people - 1
),
grouped AS (
  SELECT circles.unit_id, circles.counter, circles.is_branch, circles.customer, least(circles.first_of, min(neighbour.first_of)) AS first_of
  FROM circles
  JOIN pairs ON pairs.unit_id = circles.unit_id AND pairs.counter = circles.counter AND pairs.is_branch = circles.is_branch AND pairs.customer = circles.customer
  JOIN circles AS neighbour ON neighbour.unit_id = pairs.unit_id AND neighbour.counter = pairs.counter AND neighbour.is_branch = pairs.is_branch AND neighbour.customer = pairs.other
  GROUP BY circles.unit_id, circles.counter, circles.is_branch, circles.customer, circles.first_of
),
together AS (
  SELECT DISTINCT mine.unit_id, mine.counter, mine.is_branch, mine.first_of, mine.customer, met.paid_on, met.row_id
  FROM grouped AS mine
  JOIN grouped AS theirs ON theirs.unit_id = mine.unit_id AND theirs.counter = mine.counter AND theirs.is_branch = mine.is_branch AND theirs.first_of = mine.first_of
  JOIN met ON met.unit_id = mine.unit_id AND met.counter = mine.counter AND met.is_branch = mine.is_branch AND met.customer = mine.customer AND met.other = theirs.customer
),
groups AS (
  SELECT unit_id, counter, is_branch, first_of, count(DISTINCT customer) AS people, count(DISTINCT paid_on) AS days, max(paid_on) AS last_on,
    list_sort(list(DISTINCT row_id)) AS repayment_rows
  FROM together
  GROUP BY unit_id, counter, is_branch, first_of
),
members AS (
  SELECT DISTINCT unit_id, counter, is_branch, first_of, customer
  FROM together
),
-- A branch says nothing new of those who met at one of its tellers.
told AS (
  SELECT wide.unit_id, wide.counter, wide.first_of
  FROM members AS wide
  JOIN members AS near ON near.unit_id = wide.unit_id AND near.customer = wide.customer AND NOT near.is_branch
  JOIN groups ON groups.unit_id = near.unit_id AND groups.counter = near.counter AND groups.first_of = near.first_of AND NOT groups.is_branch
    AND groups.people >= $least_people
  WHERE wide.is_branch
  GROUP BY wide.unit_id, wide.counter, wide.first_of
),
-- Only the loans that were repaid there, not all that a member ever had.
loans AS (
  SELECT DISTINCT members.unit_id, members.counter, members.is_branch, members.first_of, borrowed.loan_row, borrowed.amount, borrowed.currency, borrowed.name
  FROM members
  JOIN seats ON seats.unit_id = members.unit_id AND seats.counter = members.counter AND seats.is_branch = members.is_branch
    AND seats.customer = members.customer
  JOIN visits ON visits.row_id = seats.row_id
  JOIN borrowed ON borrowed.unit_id = visits.unit_id AND borrowed.loan_id = visits.loan_id
)
SELECT groups.unit_id, groups.counter, md5(concat(groups.counter, groups.first_of)) AS group_key, groups.people, groups.days, groups.last_on,
  array_to_string(list_sort(list(DISTINCT loans.name) FILTER (WHERE loans.name IS NOT NULL)), '、') AS customer_name,
  CAST(sum(loans.amount) AS DECIMAL(18, 2)) AS lent, max(loans.currency) AS currency, groups.repayment_rows,
  list_sort(list(DISTINCT loans.loan_row) FILTER (WHERE loans.loan_row IS NOT NULL)) AS loan_rows
FROM groups
JOIN loans ON loans.unit_id = groups.unit_id AND loans.counter = groups.counter AND loans.is_branch = groups.is_branch AND loans.first_of = groups.first_of
LEFT JOIN told ON groups.is_branch AND told.unit_id = groups.unit_id AND told.counter = groups.counter AND told.first_of = groups.first_of
WHERE groups.people >= $least_people AND told.unit_id IS NULL
GROUP BY groups.unit_id, groups.counter, groups.first_of, groups.people, groups.days, groups.last_on, groups.repayment_rows
