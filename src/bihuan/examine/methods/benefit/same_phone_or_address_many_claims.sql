/*
id: same_phone_or_address_many_claims
title: {zh: 同一电话或地址多人申领, en: Many people claim under one phone or address}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 不同户的多名领取人留同一手机号或同一门牌地址，可能由一人集中申报或虚构。
  en: Many recipients of different households give one phone or one address; one person may have claimed for all.
not_when:
  zh: 村干部代填号码；敬老院、集体宿舍；同一户。
  en: The number of the village cadre who filled in the forms; a home for the aged, a dormitory; one household.
ask:
  zh: 机主是谁，逐户走访，申请表笔迹和签字。
  en: Whose number it is; visit the households; the hand and signatures of the forms.
reads: [benefit_payment]
optional: [entity_of, person]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND (phone IS NOT NULL OR address IS NOT NULL)"}
scope: all
params: {most_people: 4, shortest_address: 8, homes: "敬老院|福利院|养老院|幸福院|供养中心|托养|护理院|宿舍"}
lead: {unit: unit_id, subject: [programme, mark_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "“{programme}”有{people}名不同户人员登记同一{kind}，领取{total}。"
  en: "“{programme}”: {people} people of different households gave one {kind} and drew {total}."
examples:
  - says: five on one phone, and at one address that is written in several ways; a household of five, a home for the aged, and four people, are left alone
    given:
      benefit_payment:
        - &paid {programme: 临时救助, name: 王一, id_no: "1", phone: "13800001111", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 王二, id_no: "2", phone: 138-0000-1111}
        - {<<: *paid, name: 王三, id_no: "3", phone: "+8613800001111"}
        - {<<: *paid, name: 王四, id_no: "4"}
        - {<<: *paid, name: 王五, id_no: "5"}
        - &home {<<: *paid, phone: "13800002222", household_no: H1}
        - {<<: *home, name: 王二, id_no: "2"}
        - {<<: *home, name: 王三, id_no: "3"}
        - {<<: *home, name: 王四, id_no: "4"}
        - {<<: *home, name: 王五, id_no: "5"}
        - {<<: *paid, name: 李一, id_no: "6", phone: "13800003333"}
        - {programme: 助学, name: 钱一, id_no: "11", address: 云禾县溪口镇东庄村3组18号, amount: 500.00, paid_on: 2024-03-05}
        - {programme: 助学, name: 钱二, id_no: "12", address: 溪口镇东庄村3组18号, amount: 500.00, paid_on: 2024-03-05}
        - {programme: 助学, name: 钱三, id_no: "13", address: 溪口镇东庄村三组18号, amount: 500.00, paid_on: 2024-03-05}
        - {programme: 助学, name: 钱四, id_no: "14", address: 溪口镇 东庄村3组18号, amount: 500.00, paid_on: 2024-03-05}
        - {programme: 助学, name: 钱五, id_no: "15", address: 云禾县溪口镇东庄村3组18号, amount: 500.00, paid_on: 2024-03-05}
        - &old {programme: 特困, name: 孙一, id_no: "21", phone: "03990001111", account_name: 柳林镇敬老院, amount: 500.00, paid_on: 2024-03-05}
        - {<<: *old, name: 孙二, id_no: "22"}
        - {<<: *old, name: 孙三, id_no: "23"}
        - {<<: *old, name: 孙四, id_no: "24"}
        - {<<: *old, name: 孙五, id_no: "25"}
    expect:
      - {programme: 助学, people: 5, kind: 地址 address, total: 2500.00, benefit_payment_rows: [12, 13, 14, 15, 16]}
      - {programme: 临时救助, people: 5, kind: 电话 phone, total: 2500.00, benefit_payment_rows: [1, 2, 3, 4, 5]}
*/
-- One place is written in many ways: with and without the county, with spaces, 三组 for 3组; one phone with +86 and hyphens.
WITH members AS (
  SELECT id_no, max(household_no) AS household_no
  FROM person
  WHERE length(id_no) >= 15 AND household_no IS NOT NULL
  GROUP BY id_no
),
paid AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme,
    right(regexp_replace(coalesce(benefit_payment.phone, ''), '[^0-9]', '', 'g'), 11) AS phone,
    md5(coalesce(benefit_payment.id_no, benefit_payment.name)) AS person_key,
    translate(regexp_replace(regexp_replace(coalesce(benefit_payment.address, ''), '[\s,，。（）()·]', '', 'g'),
      '^[^镇乡街村路]{1,9}[县市旗]', '', 'g'), '一二三四五六七八九', '123456789') AS address,
    benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on,
    coalesce(members.household_no, benefit_payment.household_no, CAST(entity_of.entity_id AS VARCHAR),
      benefit_payment.id_no, benefit_payment.name) AS party
  FROM benefit_payment
  LEFT JOIN members ON members.id_no = benefit_payment.id_no
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid'
    AND (benefit_payment.phone IS NOT NULL OR benefit_payment.address IS NOT NULL)
    AND NOT regexp_matches(concat(coalesce(benefit_payment.account_name, ''), coalesce(benefit_payment.address, '')), $homes)
),
marks AS (
  SELECT row_id, unit_id, programme, amount, currency, paid_on, party, person_key, '电话 phone' AS kind, phone AS mark
  FROM paid
  WHERE length(phone) >= 7
  UNION ALL
  SELECT row_id, unit_id, programme, amount, currency, paid_on, party, person_key, '地址 address' AS kind, address AS mark
  FROM paid
  WHERE length(address) >= $shortest_address AND regexp_matches(address, '[0-9]')
),
-- Whoever gave back what he had drawn is out of question.
drawn AS (
  SELECT unit_id, programme, md5(coalesce(id_no, name)) AS person_key,
    sum(CASE WHEN coalesce(status, 'paid') = 'paid' OR amount < 0 THEN amount ELSE 0 END) AS amount
  FROM benefit_payment
  GROUP BY unit_id, programme, md5(coalesce(id_no, name))
),
standing AS (
  SELECT marks.row_id, marks.unit_id, marks.programme, marks.amount, marks.currency, marks.paid_on, marks.party, marks.kind,
    marks.mark
  FROM marks
  JOIN drawn ON drawn.unit_id = marks.unit_id AND drawn.programme IS NOT DISTINCT FROM marks.programme
    AND drawn.person_key = marks.person_key
  WHERE drawn.amount > 0
)
SELECT unit_id, programme, md5(mark) AS mark_key, max(kind) AS kind, count(DISTINCT party) AS people,
  CAST(sum(amount) AS DECIMAL(18, 2)) AS total, max(currency) AS currency, max(paid_on) AS last_paid_on,
  list_sort(list(row_id)) AS benefit_payment_rows
FROM standing
GROUP BY unit_id, programme, kind, mark
HAVING count(DISTINCT party) > $most_people
