/*
id: one_person_many_cards
title: {zh: 一人多卡, en: One person's benefit goes to many accounts}
status: stable
role: lead
level: medium
basis: []
why:
  zh: 同一人的同一项补贴先后或同时打入几个账户，“一卡通”未统一，可能借名开户套取。
  en: One benefit of one person goes into several accounts; cards may have been opened in his name.
not_when:
  zh: 换卡、挂失补办、社保卡替换存折。
  en: A lost card was replaced, or a passbook by the social-security card.
ask:
  zh: 各账户开户资料和取款人，换卡申请。
  en: Who opened and drew from each account, the applications to change it.
reads: [benefit_payment]
optional: [entity_of]
population: {table: benefit_payment, where: "amount > 0 AND coalesce(status, 'paid') = 'paid' AND account IS NOT NULL AND id_no IS NOT NULL"}
scope: all
params: {most_cards: 2, least_times: 2, sent_again: "补发|重发|重新|更正|补差"}
lead: {unit: unit_id, subject: [programme, person_key], amount: total, currency: currency, on: last_paid_on}
reason:
  zh: "{name}的“{programme}”打入{cards}个账户（其中{times}期同时打入两个以上），共{total}。"
  en: "“{programme}” of {name} went into {cards} accounts (for {times} periods into several at once), {total} in all."
examples:
  - says: three cards; two at once for two months; a card that was changed once, and arrears sent to a new card, are left alone
    given:
      benefit_payment:
        - &paid {programme: 农村低保, name: 王芳, id_no: "330106198005060018", account: "6228480001", amount: 500.00, paid_on: 2024-03-05}
        - {<<: *paid, account: "6228480002"}
        - {<<: *paid, account: "6228480003"}
        - {<<: *paid, name: 李强, id_no: "330106198005060034", account: "6228480004"}
        - {<<: *paid, name: 李强, id_no: "330106198005060034", account: "6228480005"}
        - &twice {<<: *paid, name: 赵云, id_no: "330106198005060050", account: "6228480006", month: 2024-03-01}
        - {<<: *twice, account: "6228480007"}
        - {<<: *twice, month: 2024-04-01}
        - {<<: *twice, account: "6228480007", month: 2024-04-01}
        - &once {<<: *paid, name: 钱一, id_no: "330106198005060077", account: "6228480008", month: 2024-03-01}
        - {<<: *once, account: "6228480009"}
        - {<<: *once, account: "6228480009", month: 2024-04-01}
        - &late {<<: *paid, name: 孙一, id_no: "330106198505060018", account: "6228480011", month: 2024-03-01}
        - {<<: *late, account: "6228480012", note: 补发1月}
        - {<<: *late, month: 2024-04-01}
        - {<<: *late, month: 2024-04-01, account: "6228480012", note: 补发2月}
    expect:
      - {name: 赵云, cards: 2, times: 2, benefit_payment_rows: [6, 7, 8, 9]}
      - {programme: 农村低保, name: 王芳, cards: 3, total: 1500.00, benefit_payment_rows: [1, 2, 3]}
*/
WITH paid AS (
  SELECT benefit_payment.row_id, benefit_payment.unit_id, benefit_payment.programme, benefit_payment.account,
    benefit_payment.name, benefit_payment.id_no, benefit_payment.amount, benefit_payment.currency, benefit_payment.paid_on,
    regexp_matches(coalesce(benefit_payment.note, ''), $sent_again) AS is_sent_again,
    coalesce(benefit_payment.month, make_date(benefit_payment.fiscal_year, 1, 1), CAST(date_trunc('month', benefit_payment.paid_on) AS DATE))
      AS due_for,
    coalesce(CAST(entity_of.entity_id AS VARCHAR), benefit_payment.id_no) AS party
  FROM benefit_payment
  LEFT JOIN entity_of ON entity_of.in_table = 'benefit_payment' AND entity_of.in_row = benefit_payment.row_id
    AND entity_of.role = 'payee'
  WHERE benefit_payment.amount > 0 AND coalesce(benefit_payment.status, 'paid') = 'paid' AND benefit_payment.account IS NOT NULL AND benefit_payment.id_no IS NOT NULL
),
-- Who has two cards at one time stands on the list twice; who has one after another may have lost one.
at_once AS (
  SELECT unit_id, programme, party, due_for
  FROM paid
  WHERE due_for IS NOT NULL AND NOT is_sent_again
  GROUP BY unit_id, programme, party, due_for
  HAVING count(DISTINCT account) > 1
),
doubled AS (
  SELECT unit_id, programme, party, count(*) AS times
  FROM at_once
  GROUP BY unit_id, programme, party
  HAVING count(*) >= $least_times
),
in_question AS (
  SELECT paid.row_id, paid.unit_id, paid.programme, paid.party, paid.account, paid.name, paid.id_no, paid.amount,
    paid.currency, paid.paid_on, doubled.times
  FROM paid
  LEFT JOIN doubled ON doubled.unit_id = paid.unit_id AND doubled.programme IS NOT DISTINCT FROM paid.programme
    AND doubled.party = paid.party
  LEFT JOIN at_once ON at_once.unit_id = paid.unit_id AND at_once.programme IS NOT DISTINCT FROM paid.programme
    AND at_once.party = paid.party AND at_once.due_for = paid.due_for
  WHERE doubled.times IS NULL OR at_once.due_for IS NOT NULL
),
-- Of two payments one was due; where as much as the other came back, it is put right.
back AS (
  SELECT unit_id, programme, id_no, -sum(amount) AS amount
  FROM benefit_payment
  WHERE amount < 0 AND coalesce(status, 'returned') <> 'failed'
  GROUP BY unit_id, programme, id_no
)
SELECT in_question.unit_id, in_question.programme, md5(min(in_question.id_no)) AS person_key,
  max(in_question.name) AS name, count(DISTINCT in_question.account) AS cards, coalesce(max(in_question.times), 0) AS times,
  CAST(sum(in_question.amount) AS DECIMAL(18, 2)) AS total, max(in_question.currency) AS currency,
  max(in_question.paid_on) AS last_paid_on, list_sort(list(in_question.row_id)) AS benefit_payment_rows
FROM in_question
LEFT JOIN back ON back.unit_id = in_question.unit_id AND back.programme IS NOT DISTINCT FROM in_question.programme
  AND back.id_no = in_question.id_no
GROUP BY in_question.unit_id, in_question.programme, in_question.party
HAVING (count(DISTINCT in_question.account) > $most_cards OR max(in_question.times) IS NOT NULL)
  AND sum(in_question.amount) > 2 * coalesce(max(back.amount), 0)
