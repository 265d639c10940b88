/*
id: one_person_two_exclusive_programmes
title: {zh: 同时享受互斥补贴, en: One person draws two programmes that exclude each other}
status: stable
role: lead
level: high
basis: []
why:
  zh: 政策规定不可兼得的两项补贴在同一月份发给同一人，属重复享受。
  en: Two programmes that exclude each other by their own rules were paid to one person for the same month.
not_when:
  zh: 政策允许补差或过渡期内择高；其中一项已追回。
  en: The policy allows a difference or a transition, or one of the two was returned.
ask:
  zh: 两项政策文件、审批表、是否已停发或追回。
  en: Both policies, the approvals, whether one was stopped or returned.
reads: [benefit_payment]
optional: [programme, entity_of, person]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid'"}
scope: lookback
params: {relief: "低保|最低生活|农低|城低", full_care: "特困|五保", country: "农村|农低|农保", town: "城市|城镇|城低|城保", most_household: 12}
lead: {unit: unit_id, subject: [programme, other_programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}在{months}个月内同时领取“{programme}”和“{other_programme}”，涉及{total}。"
  en: "{name} drew “{programme}” and “{other_programme}” for the same {months} months; {total} is in question."
examples:
  - says: both in March, once under a name that only the code tells; two programmes that go together, and different months, are left alone
    given:
      programme:
        - {name: 农村低保, excludes: 特困供养、城市低保}
        - {name: 特困供养}
        - {name: 高龄津贴}
        - {name: 最低生活保障, programme_code: B3, excludes: 特困供养}
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, month: 2024-03-01, paid_on: 2024-03-05}
        - {<<: *paid, programme: 特困供养, amount: 800.00}
        - {<<: *paid, programme: 高龄津贴}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 李强, id_no: "330106198005060034", programme: 特困供养, month: 2024-05-01}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050", programme: 城市最低生活保障, programme_code: B3}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050", programme: 特困供养}
    expect:
      - {programme: 城市最低生活保障, other_programme: 特困供养, name: 赵云, months: 1, benefit_payment_rows: [6, 7]}
      - {programme: 农村低保, other_programme: 特困供养, name: 王芳, months: 1, total: 500.00, benefit_payment_rows: [1, 2]}
  - says: without a list of policies the law still keeps relief and full care apart, and relief of town and country within a household; care for the disabled beside relief, and a wife's full care, are left alone
    given:
      person:
        - {name: 王芳, id_no: "330106198005060018", household_no: H1}
        - {name: 李强, id_no: "330106198005060034", household_no: H1}
        - {name: 赵云, id_no: "330106198005060050", household_no: H2}
        - {name: 钱一, id_no: "330106198205060033", household_no: H2}
      benefit_payment:
        - &drew {programme: 农村低保, name: 王芳, id_no: "330106198005060018", amount: 500.00, month: 2024-03-01, paid_on: 2024-03-05}
        - {<<: *drew, programme: 城市低保, name: 李强, id_no: "330106198005060034", amount: 700.00}
        - {<<: *drew, programme: 残疾人护理补贴}
        - {<<: *drew, name: 赵云, id_no: "330106198005060050"}
        - {<<: *drew, programme: 特困人员供养, name: 钱一, id_no: "330106198205060033"}
        - {<<: *drew, name: 孙一, id_no: "330106198505060018"}
        - {<<: *drew, programme: 特困人员供养, name: 孙一, id_no: "330106198505060018"}
    expect:
      - {programme: 农村低保, other_programme: 城市低保, months: 1, total: 500.00, benefit_payment_rows: [1, 2]}
      - {programme: 农村低保, other_programme: 特困人员供养, name: 孙一, months: 1, benefit_payment_rows: [6, 7]}
*/
-- A list may name a programme otherwise than the policy does (农村最低生活保障, 最低生活保障); the code tells them together.
WITH listed AS (
  SELECT DISTINCT programme, programme_code
  FROM benefit_payment
  WHERE programme IS NOT NULL
),
titles AS (
  SELECT programme, programme AS title
  FROM listed
  UNION
  SELECT listed.programme, programme.name AS title
  FROM listed
  JOIN programme ON programme.programme_code = listed.programme_code
),
shut_out AS (
  SELECT DISTINCT one.programme, other.programme AS other_programme
  FROM titles AS one
  JOIN programme ON programme.name = one.title
  JOIN titles AS other ON other.programme <> one.programme AND contains(programme.excludes, other.title)
),
-- What the law itself keeps apart, where the list of policies says nothing: full care and relief, relief of town and country.
by_law AS (
  SELECT one.programme, other.programme AS other_programme
  FROM listed AS one
  JOIN listed AS other ON other.programme <> one.programme
  WHERE regexp_matches(one.programme, $relief) AND NOT regexp_matches(one.programme, $full_care)
    AND (regexp_matches(other.programme, $full_care) AND NOT regexp_matches(other.programme, $relief)
      OR regexp_matches(one.programme, $country) AND regexp_matches(other.programme, $relief) AND regexp_matches(other.programme, $town)
        AND NOT regexp_matches(one.programme, $town) AND NOT regexp_matches(other.programme, $country))
),
pairs AS (
  SELECT DISTINCT least(programme, other_programme) AS programme, greatest(programme, other_programme) AS other_programme
  FROM shut_out
  UNION
  SELECT least(programme, other_programme) AS programme, greatest(programme, other_programme) AS other_programme
  FROM by_law
),
homes AS (
  SELECT household_no
  FROM person
  WHERE household_no IS NOT NULL
  GROUP BY household_no
  HAVING count(*) BETWEEN 2 AND $most_household
),
members AS (
  SELECT person.id_no, max(person.household_no) AS household_no
  FROM person
  JOIN homes ON homes.household_no = person.household_no
  WHERE length(person.id_no) >= 15
  GROUP BY person.id_no
),
wanted AS (
  SELECT programme
  FROM pairs
  UNION
  SELECT other_programme AS programme
  FROM pairs
),
paid AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.name,
    benefit_payment.id_no, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on,
    CAST(date_trunc('month', coalesce(benefit_payment.month, benefit_payment.paid_on)) AS DATE) AS month,
    -- Relief goes to a household: two of it may not draw it both, in town and country.
    CASE WHEN regexp_matches(benefit_payment.programme, $relief) THEN 'h' || members.household_no END AS household,
    coalesce(CAST(entity_of.entity_id AS VARCHAR), benefit_payment.id_no) AS party
  FROM benefit_payment
  JOIN wanted ON wanted.programme = benefit_payment.programme
  LEFT JOIN members ON members.id_no = benefit_payment.id_no
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
),
both_paid AS (
  SELECT one.unit_id, one.programme, other.programme AS other_programme, one.party, one.name, one.id_no, one.month,
    least(one.amount, other.amount) AS amount, one.currency, greatest(one.paid_on, other.paid_on) AS paid_on,
    one.row_id, other.row_id AS other_row
  FROM paid AS one
  JOIN pairs ON pairs.programme = one.programme
  JOIN paid AS other ON other.party = one.party AND other.month = one.month AND other.programme = pairs.other_programme
  UNION ALL
  SELECT one.unit_id, one.programme, other.programme AS other_programme, one.household AS party, one.name, one.id_no, one.month,
    least(one.amount, other.amount) AS amount, one.currency, greatest(one.paid_on, other.paid_on) AS paid_on,
    one.row_id, other.row_id AS other_row
  FROM paid AS one
  JOIN pairs ON pairs.programme = one.programme
  JOIN paid AS other ON other.household = one.household AND other.month = one.month AND other.programme = pairs.other_programme
    AND other.party <> one.party
),
-- What came back of either of the two is put right.
back AS (
  SELECT programme, id_no, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed' AND programme IS NOT NULL AND id_no IS NOT NULL
  GROUP BY programme, id_no
)
SELECT both_paid.unit_id, both_paid.programme, both_paid.other_programme,
  md5(min(coalesce(both_paid.id_no, both_paid.name))) AS person_key, max(both_paid.name) AS name,
  count(DISTINCT both_paid.month) AS months, CAST(sum(both_paid.amount) AS DECIMAL(18, 2)) AS total,
  max(both_paid.currency) AS currency, max(both_paid.paid_on) AS last_paid_on,
  list_sort(list_concat(list_sort(list(DISTINCT both_paid.row_id) FILTER (WHERE both_paid.row_id IS NOT NULL)),
    list_sort(list(DISTINCT both_paid.other_row) FILTER (WHERE both_paid.other_row IS NOT NULL)))) AS benefit_payment_rows
FROM both_paid
LEFT JOIN back ON back.programme = both_paid.programme AND back.id_no = both_paid.id_no
LEFT JOIN back AS other_back ON other_back.programme = both_paid.other_programme AND other_back.id_no = both_paid.id_no
GROUP BY both_paid.unit_id, both_paid.programme, both_paid.other_programme, both_paid.party
HAVING sum(both_paid.amount) > coalesce(max(back.amount), 0) + coalesce(max(other_back.amount), 0)
