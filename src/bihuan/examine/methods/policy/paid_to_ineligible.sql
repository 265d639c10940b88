/*
id: paid_to_ineligible
title: {zh: 政策资金付给了不符合资格条件的对象, en: A policy's money was paid to somebody who is not eligible}
status: stable
role: lead
level: high
basis: []
why:
  zh: 按政策自己的资格规则，对照领取前申报的情况，领取的企业或个人不符合条件。
  en: By the policy's own rule, asked of what had been declared before, the firm or person who was paid is not eligible.
not_when:
  zh: 申报信息有误或已更正；规则写得比文件窄；审批机关依规特批；资金已退回（已全额退回的不计）。
  en: The declaration was wrong or was corrected; the rule says less than the document; an exception made by right; the money came back (left out where all of it did).
ask:
  zh: 申请材料、资格审核记录和审核人、申报信息的来源，政策文件的资格条款。
  en: The application, who checked eligibility and how, where the declared facts come from, the clause of the document.
reads: [policy, declaration]
optional: [claim, benefit_payment, payment]
population: {table: policy, where: "trim(coalesce(rule, '')) <> ''"}
max_share: 1
scope: all
params: {aside: "[（(][^（）()]*[）)]|(19|20)[0-9][0-9]年(度)?|第?[0-9一二三四五六七八九十]+(批次|批|期)| "}
lead: {unit: unit_id, subject: [policy_no, measure_no, payee_key], amount: paid, currency: currency, on: last_on}
reason:
  zh: "{subject_name}按“{policy_title}”（{policy_no}第{measure_no}条）领取{times}笔共{paid}，按{as_of}申报的情况不符合资格规则：{rule}"
  en: "{subject_name} was paid {paid} in {times} payments under “{policy_title}” ({policy_no}, measure {measure_no}); by what was declared on {as_of} the rule does not hold: {rule}"
examples:
  - says: paid by a claim without number and by 一卡通 under a batch of the programme; a name that two measures share, eligible ones, one who grew later, one who gave all back, one who was refused and one of whom too little is known are left alone
    given:
      policy:
        - {policy_no: 甲发〔2025〕1号, measure_no: "1", title: 小微补助办法, programme: 小微补助, rule: "企业规模 IN ('小型', '微型') AND 从业人数 >= 5"}
        - {policy_no: 甲发〔2025〕2号, title: 就业补贴, rule: "就业状态 = '失业'"}
        - {policy_no: 甲发〔2025〕3号, measure_no: "1", title: 培训办法, programme: 培训补贴（企业）, rule: "企业规模 = '小型'"}
        - {policy_no: 甲发〔2025〕3号, measure_no: "2", title: 培训办法二, programme: 培训补贴（机构）, rule: "就业状态 = '失业'"}
      declaration:
        - &firm {subject_name: 大厂有限公司, subject_no: G1, kind: enterprise, size: medium, employees: 90, as_of: 2025-02-01}
        - {<<: *firm, subject_name: 小厂有限公司, subject_no: G2, size: small}
        - {<<: *firm, subject_name: 小厂有限公司, subject_no: G2, size: medium, as_of: 2025-12-01}
        - {<<: *firm, subject_name: 退钱有限公司, subject_no: G3}
        - {<<: *firm, subject_name: 不明有限公司, subject_no: G4, size: small, employees: null}
        - {<<: *firm, subject_name: 被拒有限公司, subject_no: G5}
        - {subject_name: 张三, subject_no: P1, kind: person, work: 在职, as_of: 2025-02-01}
      claim:
        - &paid {programme: 小微补助, applicant: 大厂有限责任公司, amount: 5000.00, bought_on: 2025-03-01, paid_on: 2025-03-20, status: 已拨付}
        - {<<: *paid, applicant: 小厂有限公司, applicant_id_no: G2}
        - {<<: *paid, applicant: 退钱有限公司, applicant_id_no: G3}
        - {<<: *paid, applicant: 退钱有限公司, applicant_id_no: G3, amount: -5000.00, status: 已退回}
        - {<<: *paid, applicant: 不明有限公司, applicant_id_no: G4}
        - {<<: *paid, applicant: 被拒有限公司, applicant_id_no: G5, amount: 0.00, status: 审核未通过, paid_on: null}
      benefit_payment:
        - {programme: 2025年就业补贴（第二批）, name: 张三, id_no: P1, amount: 300.00, paid_on: 2025-04-01}
        - {programme: 培训补贴（个人）, name: 张三, id_no: P1, amount: 300.00, paid_on: 2025-04-01}
    expect:
      - {policy_no: 甲发〔2025〕1号, subject_name: 大厂有限责任公司, paid: 5000.00, times: 1, claim_rows: [1], declaration_rows: [1]}
      - {policy_no: 甲发〔2025〕2号, subject_name: 张三, paid: 300.00, benefit_payment_rows: [1], declaration_rows: [7]}
*/
WITH measures AS (
  SELECT row_id AS policy_row, unit_id, policy_no, coalesce(measure_no, '') AS measure_no, coalesce(title, policy_no) AS policy_title,
    coalesce(programme, title) AS programme, title, programme_code, issued_on, valid_to, reported_on
  FROM policy
  WHERE trim(coalesce(rule, '')) <> ''
),
-- Lists write a programme with its batch or year: 稳岗补贴（第二批）. Left without, it must still mean one measure only.
alone AS (
  SELECT regexp_replace(programme, $aside, '', 'g') AS bare_programme, min(policy_row) AS policy_row
  FROM measures
  WHERE length(regexp_replace(programme, $aside, '', 'g')) >= 2
  GROUP BY regexp_replace(programme, $aside, '', 'g')
  HAVING count(*) = 1
),
-- Applications and payments of all three kinds of lists, with whom they name.
asked AS (
  SELECT row_id, 'claim' AS in_table, programme, NULL AS programme_code, applicant AS name, applicant_id_no AS number, amount, currency,
    coalesce(bought_on, applied_on, paid_on) AS asked_on, paid_on,
    amount > 0 AND NOT regexp_matches(coalesce(status, ''), '退|追回|驳回|拒|未通过|不通过|审核中|待|未拨|未发|撤销|作废')
      AND (paid_on IS NOT NULL OR regexp_matches(coalesce(status, ''), '拨付|兑付|兑现|发放|支付|核销|到账|完成')) AS is_paid,
    amount < 0 OR regexp_matches(coalesce(status, ''), '退回|追回|已退|收回') AS is_returned
  FROM claim
  UNION ALL
  SELECT row_id, 'benefit_payment' AS in_table, programme, programme_code, name, id_no AS number, amount, currency, coalesce(paid_on, month) AS asked_on,
    paid_on, amount > 0 AND coalesce(status, 'paid') = 'paid' AS is_paid, amount < 0 OR coalesce(status, 'paid') = 'returned' AS is_returned
  FROM benefit_payment
  UNION ALL
  SELECT row_id, 'payment' AS in_table, project_name AS programme, project_code AS programme_code, payee_name AS name, payee_id AS number, amount, currency,
    paid_on AS asked_on, paid_on, amount > 0 AND coalesce(status, 'paid') = 'paid' AS is_paid, amount < 0 OR coalesce(status, 'paid') = 'returned' AS is_returned
  FROM payment
),
under AS (
  SELECT measures.policy_row, asked.row_id, asked.in_table, asked.name, asked.number, asked.amount, asked.currency, asked.asked_on, asked.paid_on,
    asked.is_paid, asked.is_returned,
    regexp_replace(coalesce(asked.name, ''), '有限责任公司|股份有限公司|有限公司|公司|[（）() *]', '', 'g') AS bare
  FROM measures
  LEFT JOIN alone ON alone.policy_row = measures.policy_row
  JOIN asked ON asked.programme = measures.programme OR asked.programme = measures.title OR asked.programme_code = measures.programme_code
    OR regexp_replace(asked.programme, $aside, '', 'g') = alone.bare_programme
),
facts AS (
  SELECT row_id, subject_no, as_of, regexp_replace(coalesce(subject_name, ''), '有限责任公司|股份有限公司|有限公司|公司|[（）() *]', '', 'g') AS bare,
    coalesce(subject_no, subject_name) AS subject
  FROM declaration
),
-- A name tells who is meant only where one subject bears it.
called AS (
  SELECT bare, min(subject) AS subject
  FROM facts
  WHERE length(bare) >= 2
  GROUP BY bare
  HAVING count(DISTINCT subject) = 1
),
met AS (
  SELECT under.policy_row, under.row_id, under.in_table, facts.row_id AS fact_row, facts.as_of, facts.subject,
    row_number() OVER (PARTITION BY under.policy_row, under.in_table, under.row_id
      ORDER BY CASE WHEN facts.as_of <= under.asked_on THEN 0 ELSE 1 END,
        abs(date_diff('day', facts.as_of, coalesce(under.asked_on, facts.as_of))), facts.row_id) AS nearest
  FROM under
  LEFT JOIN called ON called.bare = under.bare AND under.number IS NULL
  JOIN facts ON facts.subject_no = under.number OR under.number IS NULL AND facts.subject = called.subject
  WHERE under.is_paid OR under.is_returned
),
judged AS (
  SELECT met.policy_row, met.subject, under.row_id, under.in_table, under.name, under.amount, under.currency, under.paid_on, under.is_returned,
    met.fact_row, met.as_of
  FROM met
  JOIN eligible ON eligible.policy_row = met.policy_row AND eligible.declaration_row = met.fact_row AND NOT eligible.is_eligible
  JOIN under ON under.policy_row = met.policy_row AND under.in_table = met.in_table AND under.row_id = met.row_id
  WHERE met.nearest = 1
),
-- What came back is taken off; where all of it did, nothing is left to ask.
found AS (
  SELECT policy_row, subject, max(name) AS payee, max(currency) AS currency, max(paid_on) AS last_on, max(as_of) AS as_of,
    count(*) FILTER (WHERE NOT is_returned) AS times, sum(CASE WHEN is_returned THEN -abs(amount) ELSE amount END) AS paid,
    list_sort(list(row_id) FILTER (WHERE in_table = 'claim')) AS claim_rows,
    list_sort(list(row_id) FILTER (WHERE in_table = 'benefit_payment')) AS benefit_payment_rows,
    list_sort(list(row_id) FILTER (WHERE in_table = 'payment')) AS payment_rows,
    list_sort(list(DISTINCT fact_row) FILTER (WHERE fact_row IS NOT NULL)) AS declaration_rows
  FROM judged
  GROUP BY policy_row, subject
)
SELECT policy.unit_id, policy.policy_no, coalesce(policy.measure_no, '') AS measure_no, md5(found.subject) AS payee_key, found.payee AS subject_name,
  coalesce(policy.title, policy.policy_no) AS policy_title, trim(policy.rule) AS rule, found.as_of, found.times,
  CAST(found.paid AS DECIMAL(18, 2)) AS paid, found.currency, found.last_on,
  found.claim_rows, found.benefit_payment_rows, found.payment_rows, found.declaration_rows
FROM found
JOIN policy ON policy.row_id = found.policy_row
WHERE found.paid > 0
