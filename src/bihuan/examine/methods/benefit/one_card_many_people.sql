/*
id: one_card_many_people
title: {zh: 一卡多人, en: One account receives the benefits of many people}
status: stable
role: lead
level: high
basis: []
why:
  zh: 几户不同的人的补贴打入同一账户，可能是经办人集中代领或截留。
  en: The benefits of people of several households go into one account; an intermediary may draw or keep them.
not_when:
  zh: 同一户的家庭成员；有委托手续的监护人、敬老院集中账户。
  en: Members of one household; a guardian or home for the aged with written authority.
ask:
  zh: 账户开户人、代领委托书、取款流水，走访领取人是否收到。
  en: Who holds the account, the powers of attorney, the withdrawals; ask the recipients whether they got the money.
reads: [benefit_payment]
optional: [entity_of, person]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND account IS NOT NULL"}
scope: all
params: {most_people: 2, homes: "敬老院|福利院|养老院|幸福院|供养|托养|护理院"}
lead: {unit: unit_id, subject: [account_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "同一账户收取{people}名不同户人员的补贴共{total}。"
  en: "One account received the benefits of {people} people of different households, {total} in all."
examples:
  - says: three strangers on one card; a household, two people, and the account of a home for the aged are left alone
    given:
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", account: "6228480001", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, name: 李强, id_no: "330106198005060034"}
        - {<<: *paid, name: 赵云, id_no: "330106198005060050"}
        - {<<: *paid, name: 王一, id_no: "1", household_no: H1, account: "6228480002"}
        - {<<: *paid, name: 王二, id_no: "2", household_no: H1, account: "6228480002"}
        - {<<: *paid, name: 王三, id_no: "3", household_no: H1, account: "6228480002"}
        - {<<: *paid, name: 钱一, id_no: "4", account: "6228480003"}
        - {<<: *paid, name: 钱二, id_no: "5", account: "6228480003"}
        - &home {<<: *paid, name: 孙一, id_no: "6", account: "6228480004", account_name: 柳林镇敬老院}
        - {<<: *home, name: 孙二, id_no: "7"}
        - {<<: *home, name: 孙三, id_no: "8"}
    expect:
      - {people: 3, total: 1500.00, benefit_payment_rows: [1, 2, 3]}
*/
-- Who lives together is told by the register, else by the list, else each is for himself.
WITH members AS (
  SELECT id_no, max(household_no) AS household_no
  FROM person
  WHERE length(id_no) >= 15 AND household_no IS NOT NULL
  GROUP BY id_no
),
paid AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.account,
    benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on,
    coalesce(members.household_no, benefit_payment.household_no, CAST(entity_of.entity_id AS VARCHAR),
      benefit_payment.id_no, benefit_payment.name) AS party
  FROM benefit_payment
  LEFT JOIN members ON members.id_no = benefit_payment.id_no
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND benefit_payment.account IS NOT NULL
    AND NOT regexp_matches(coalesce(benefit_payment.account_name, ''), $homes)
),
-- What came back from the account as rows of their own is put right.
back AS (
  SELECT unit_id, account, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed' AND account IS NOT NULL
  GROUP BY unit_id, account
)
SELECT paid.unit_id, md5(paid.account) AS account_key, count(DISTINCT paid.party) AS people,
  CAST(sum(paid.amount) AS DECIMAL(18, 2)) AS total, max(paid.currency) AS currency, max(paid.paid_on) AS last_paid_on,
  list_sort(list(paid.row_id)) AS benefit_payment_rows
FROM paid
LEFT JOIN back ON back.unit_id = paid.unit_id AND back.account = paid.account
GROUP BY paid.unit_id, paid.account
HAVING count(DISTINCT paid.party) > $most_people AND sum(paid.amount) > coalesce(max(back.amount), 0)
