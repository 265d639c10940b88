/*
id: supplier_related_to_school_or_bureau
title: {zh: 食材供应商与学校或教育部门人员有关联, en: A food supplier is tied to staff of the school or the bureau}
status: stable
role: lead
level: high
basis: [meals]
why:
  zh: 供应商的股东、法定代表人或高管是本校、教育主管部门的工作人员或其亲属，采购、验收和结算可能不公正。
  en: A shareholder, representative or officer of the supplier works at the school or the education bureau, or is kin of somebody who does; buying, accepting and settling may not be impartial.
not_when:
  zh: 关系在供货以前已经终止；亲属登记有误。
  en: The tie ended before the deliveries; a mistake in the register of kin.
ask:
  zh: 采购和定价由谁决定、谁验收，本人有无申报回避，供应商的实际经营人和资金往来。
  en: Who chose the supplier and set the prices, who accepted, whether the tie was declared, who really runs the firm, and its flows of money.
reads: [goods_received, relation]
optional: [official, payroll, kinship, person]
population: {table: goods_received, where: "coalesce(direction, 'in') = 'in' AND coalesce(supplier_id, supplier_name) IS NOT NULL"}
max_share: 0.5
scope: all
params: {least_figures: 8, most_household: 12, bureau: "教育|教体|营养办|学生资助"}
lead: {unit: unit_id, subject: [supplier], amount: total, currency: currency, on: last_on}
reason:
  zh: "{school}向{supplier_name}购进食材{total}；该企业的股东、法定代表人或高管与{employers}的工作人员为同一人{same}处，有亲属关系{kin}处。"
  en: "{school} bought food for {total} from {supplier_name}; its owners or officers and staff of {employers} are the same person in {same} cases, kin in {kin}."
examples:
  - says: the headmaster's wife owns one supplier, somebody of the bureau runs another, one of a clerk's household a third; an unrelated owner, staff of another school and a tie that ended are left alone
    given:
      goods_received:
        - &in {unit_id: S1, unit_name: 溪口小学, supplier_id: C1, supplier_name: 丰源粮油, item: 大米, direction: in, amount: 9000.00, moved_on: 2025-05-08}
        - {<<: *in, supplier_id: C2, supplier_name: 绿野配送}
        - {<<: *in, supplier_id: C3, supplier_name: 康牧肉品}
        - {<<: *in, supplier_id: C4, supplier_name: 晨光乳业}
        - {<<: *in, supplier_id: C5, supplier_name: 旧关系商行}
        - {<<: *in, supplier_id: null, supplier_name: 同户商行}
      relation:
        - {org_credit_code: C1, org_name: 丰源粮油, holder_name: 王某, holder_id_no: W1, kind: shareholder}
        - {org_credit_code: C2, org_name: 绿野配送, holder_name: 李某, holder_id_no: B1, kind: legal_person}
        - {org_credit_code: C3, org_name: 康牧肉品, holder_name: 外人, holder_id_no: X1, kind: shareholder}
        - {org_credit_code: C4, org_name: 晨光乳业, holder_name: 他校, holder_id_no: O1, kind: shareholder}
        - {org_credit_code: C5, org_name: 旧关系商行, holder_name: 王某, holder_id_no: W1, kind: shareholder, to_date: 2023-01-01}
        - {org_name: 同户商行, holder_name: 钱某, holder_id_no: "330106198005060034", kind: shareholder}
      person:
        - {name: 主任, id_no: "330106198005060018", household_no: F1}
        - {name: 钱某, id_no: "330106198005060034", household_no: F1}
      official:
        - {unit_id: S1, unit_name: 溪口小学, name: 校长, id_no: H1, post: 校长}
        - {unit_id: 溪口小学, unit_name: 溪口小学, name: 主任, id_no: "330106198005060018", post: 总务主任}
        - {unit_id: S2, unit_name: 河湾小学, name: 他校, id_no: O1, post: 教师}
      payroll:
        - {unit_id: "201", unit_name: 某县教育局, name: 李某, id_no: B1}
      kinship:
        - {name: 王某, id_no: W1, other_name: 校长, other_id_no: H1, kind: 夫妻}
    expect:
      - {unit_id: S1, supplier: C1, total: 9000.00, same: 0, kin: 1, goods_received_rows: [1], relation_rows: [1], official_rows: [1], kinship_rows: [1]}
      - {unit_id: S1, supplier: 同户商行, same: 0, kin: 1, goods_received_rows: [6], relation_rows: [6], official_rows: [2], person_rows: [2]}
      - {unit_id: S1, supplier: C2, same: 1, kin: 0, relation_rows: [2], payroll_rows: [1]}
  - says: the school known only by its name to the personnel office; a wife behind a firm that holds the supplier; a holder whose number is shown in part; a namesake with another number is left alone
    given:
      goods_received:
        - &goods {unit_id: "2151", unit_name: 白庙小学, supplier_name: 三味蔬菜, item: 大米, amount: 900.00, moved_on: 2025-05-08}
        - {<<: *goods, supplier_name: 青青配送}
        - {<<: *goods, supplier_name: 味之源食品}
      relation:
        - {org_credit_code: K1, org_name: 三味蔬菜, holder_name: 众鑫投资, holder_id_no: K9, kind: shareholder}
        - {org_credit_code: K9, org_name: 众鑫投资, holder_name: 妻, holder_id_no: "513227198001010021", kind: legal_person}
        - {org_credit_code: K2, org_name: 青青配送, holder_name: 副校长, holder_id_no: "513227********0033", kind: shareholder}
        - {org_credit_code: K3, org_name: 味之源食品, holder_name: 副校长, holder_id_no: "513227********0049", kind: shareholder}
      official:
        - {unit_id: 白庙小学, unit_name: 白庙小学, name: 主任, id_no: "513227197501010017"}
        - {unit_id: 白庙小学, unit_name: 白庙小学, name: 副校长, id_no: "513227197601010033"}
      kinship:
        - {name: 主任, id_no: "513227197501010017", other_name: 妻, other_id_no: "513227198001010021"}
    expect:
      - {unit_id: "2151", supplier: 三味蔬菜, relation_rows: [1, 2], official_rows: [1], kinship_rows: [1]}
      - {unit_id: "2151", supplier: 青青配送, relation_rows: [3], official_rows: [2]}
*/
WITH deliveries AS (
  SELECT unit_id, max(coalesce(unit_name, unit_id)) AS school, coalesce(supplier_id, supplier_name) AS supplier,
    max(supplier_id) AS supplier_id, max(coalesce(supplier_name, supplier_id)) AS supplier_name, currency,
    sum(coalesce(amount, quantity * price, 0)) AS total, min(moved_on) AS first_on, max(moved_on) AS last_on,
    list_sort(list(row_id)) AS goods_received_rows
  FROM goods_received
  WHERE coalesce(direction, 'in') = 'in' AND coalesce(supplier_id, supplier_name) IS NOT NULL
  GROUP BY unit_id, coalesce(supplier_id, supplier_name), currency
),
staff AS (
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, name AS who, upper(id_no) AS id_no, row_id AS official_row, NULL AS payroll_row
  FROM official
  WHERE id_no IS NOT NULL
  UNION ALL
  SELECT unit_id, coalesce(unit_name, unit_id) AS employer, name AS who, upper(id_no) AS id_no, NULL AS official_row, row_id AS payroll_row
  FROM payroll
  WHERE id_no IS NOT NULL
),
employed AS (
  SELECT unit_id, max(employer) AS employer, max(who) AS who, id_no, min(official_row) AS official_row, min(payroll_row) AS payroll_row
  FROM staff
  GROUP BY unit_id, id_no
),
kin AS (
  SELECT upper(id_no) AS id_no, upper(other_id_no) AS other_id_no, other_name AS other_who, row_id AS kinship_row
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
  UNION ALL
  SELECT upper(other_id_no) AS id_no, upper(id_no) AS other_id_no, name AS other_who, row_id AS kinship_row
  FROM kinship
  WHERE id_no IS NOT NULL AND other_id_no IS NOT NULL
),
-- Who lives in one household is kin, though no register of marriages says so.
homes AS (
  SELECT household_no
  FROM person
  WHERE household_no IS NOT NULL
  GROUP BY household_no
  HAVING count(*) BETWEEN 2 AND $most_household
),
housed AS (
  SELECT upper(person.id_no) AS id_no, upper(member.id_no) AS other_id_no, max(member.name) AS other_who, min(member.row_id) AS person_row
  FROM person
  JOIN homes ON homes.household_no = person.household_no
  JOIN person AS member ON member.household_no = person.household_no AND member.id_no <> person.id_no
  WHERE length(person.id_no) >= 15 AND length(member.id_no) >= 15
  GROUP BY upper(person.id_no), upper(member.id_no)
),
near AS (
  SELECT unit_id, employer, who, id_no, official_row, payroll_row, NULL AS kinship_row, NULL AS person_row
  FROM employed
  UNION ALL
  SELECT employed.unit_id, employed.employer, housed.other_who AS who, housed.other_id_no AS id_no, employed.official_row,
    employed.payroll_row, NULL AS kinship_row, housed.person_row
  FROM employed
  JOIN housed ON housed.id_no = employed.id_no
  UNION ALL
  SELECT employed.unit_id, employed.employer, kin.other_who AS who, kin.other_id_no AS id_no, employed.official_row,
    employed.payroll_row, kin.kinship_row, NULL AS person_row
  FROM employed
  JOIN kin ON kin.id_no = employed.id_no
),
held AS (
  SELECT row_id, org_credit_code, org_name, holder_name, upper(holder_id_no) AS holder_id_no, from_date, to_date
  FROM relation
),
-- Who stands behind a firm that holds the supplier stands behind the supplier.
ties AS (
  SELECT row_id, NULL AS through_row, org_credit_code, org_name, holder_name, holder_id_no, from_date, to_date
  FROM held
  WHERE holder_id_no IS NOT NULL
  UNION ALL
  SELECT behind.row_id, held.row_id AS through_row, held.org_credit_code, held.org_name, behind.holder_name,
    behind.holder_id_no, held.from_date, held.to_date
  FROM held
  JOIN held AS behind ON behind.org_credit_code = held.holder_id_no AND behind.org_name <> held.org_name
  WHERE behind.holder_id_no IS NOT NULL
  UNION
  SELECT behind.row_id, held.row_id AS through_row, held.org_credit_code, held.org_name, behind.holder_name,
    behind.holder_id_no, held.from_date, held.to_date
  FROM held
  JOIN held AS behind ON behind.org_name = held.holder_name AND behind.org_name <> held.org_name
  WHERE behind.holder_id_no IS NOT NULL
),
-- Registers show identity numbers in part; then the name and every figure that is left must agree.
reached AS (
  SELECT ties.row_id AS relation_row, ties.through_row, ties.org_credit_code, ties.org_name, ties.from_date, ties.to_date,
    near.unit_id, near.employer, near.official_row, near.payroll_row, near.kinship_row, near.person_row
  FROM ties
  JOIN near ON near.id_no = ties.holder_id_no
  UNION ALL
  SELECT ties.row_id AS relation_row, ties.through_row, ties.org_credit_code, ties.org_name, ties.from_date, ties.to_date,
    near.unit_id, near.employer, near.official_row, near.payroll_row, near.kinship_row, near.person_row
  FROM ties
  JOIN near ON near.who = ties.holder_name
  WHERE contains(ties.holder_id_no, '*') AND length(ties.holder_id_no) = length(near.id_no)
    AND length(replace(ties.holder_id_no, '*', '')) >= $least_figures
    AND near.id_no LIKE replace(ties.holder_id_no, '*', '_')
),
tied AS (
  SELECT deliveries.unit_id, deliveries.supplier, deliveries.currency, ties.employer, ties.relation_row, ties.through_row,
    ties.official_row, ties.payroll_row, ties.kinship_row, ties.person_row
  FROM deliveries
  JOIN reached AS ties ON (ties.org_credit_code = deliveries.supplier_id OR ties.org_name = deliveries.supplier_name)
    AND coalesce(ties.from_date, deliveries.last_on) <= deliveries.last_on
    AND coalesce(ties.to_date, deliveries.first_on) >= deliveries.first_on
  WHERE ties.unit_id = deliveries.unit_id OR ties.employer = deliveries.school OR regexp_matches(ties.employer, $bureau)
),
tie_rows AS (
  SELECT unit_id, supplier, currency, relation_row
  FROM tied
  UNION
  SELECT unit_id, supplier, currency, through_row AS relation_row
  FROM tied
  WHERE through_row IS NOT NULL
),
relations AS (
  SELECT unit_id, supplier, currency, list_sort(list(relation_row) FILTER (WHERE relation_row IS NOT NULL)) AS relation_rows
  FROM tie_rows
  GROUP BY unit_id, supplier, currency
),
told AS (
  SELECT unit_id, supplier, currency,
    array_to_string(list_sort(list(DISTINCT employer) FILTER (WHERE employer IS NOT NULL)), '、') AS employers,
    count(DISTINCT CASE WHEN kinship_row IS NULL AND person_row IS NULL THEN relation_row END) AS same,
    count(DISTINCT CASE WHEN coalesce(kinship_row, person_row) IS NOT NULL THEN relation_row END) AS kin,
    list_sort(list(DISTINCT official_row) FILTER (WHERE official_row IS NOT NULL)) AS official_rows,
    list_sort(list(DISTINCT payroll_row) FILTER (WHERE payroll_row IS NOT NULL)) AS payroll_rows,
    list_sort(list(DISTINCT kinship_row) FILTER (WHERE kinship_row IS NOT NULL)) AS kinship_rows,
    list_sort(list(DISTINCT person_row) FILTER (WHERE person_row IS NOT NULL)) AS person_rows
  FROM tied
  GROUP BY unit_id, supplier, currency
)
SELECT told.unit_id, deliveries.school, told.supplier, deliveries.supplier_name, told.currency,
  CAST(deliveries.total AS DECIMAL(18, 2)) AS total, deliveries.last_on, told.employers,
  told.same, told.kin,
  deliveries.goods_received_rows, relations.relation_rows, told.official_rows, told.payroll_rows, told.kinship_rows, told.person_rows
FROM told
JOIN deliveries ON deliveries.unit_id = told.unit_id AND deliveries.supplier = told.supplier
  AND deliveries.currency IS NOT DISTINCT FROM told.currency
JOIN relations ON relations.unit_id = told.unit_id AND relations.supplier = told.supplier
  AND relations.currency IS NOT DISTINCT FROM told.currency
