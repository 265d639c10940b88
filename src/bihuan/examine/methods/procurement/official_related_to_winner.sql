/*
id: official_related_to_winner
title: {zh: 采购单位干部与中标人有关联, en: An official of the buyer is related to the winner}
status: stable
role: lead
level: high
basis: [gp-25]
why:
  zh: 采购单位在任干部本人或其亲属是中标供应商的股东、法定代表人、高管或联系人，采购可能不公正。
  en: An official serving at the buyer, or kin of his, is a holder, head, officer or contact of the firm that won.
not_when:
  zh: 持股极少的上市公司；已按规定回避并备案；关系在采购前已结束。
  en: A trifling share of a listed company; the official had stood aside on record; the tie had ended before.
ask:
  zh: 干部个人有关事项报告、回避记录、评审和定标签字、企业登记档案。
  en: The official's declaration, the record of standing aside, who signed the award, the firm's register.
reads: [award, official, entity_of, tie]
optional: [payroll]
population: {table: award, where: "supplier_name IS NOT NULL AND coalesce(status, 'active') = 'active'"}
scope: all
params: {least_share: 0.01, after_days: 365}
lead: {unit: unit_id, subject: [process, supplier_name, official_key], amount: amount, currency: currency, on: awarded_on}
reason:
  zh: "“{title}”的中标人{supplier_name}与本单位{post}{name}有关联：{how}。"
  en: "“{title}”: the winner {supplier_name} is related to {name}, {post} of the buyer: {how}."
examples:
  - says: the official's own firm, his wife's, and one held by the firm of another of the household; another unit's official, and one who came later, are left alone
    given:
      official:
        - {unit_id: U1, name: 王芳, id_no: "330106198005060018", post: 局长, from_date: 2022-01-01}
        - {unit_id: U2, name: 李强, id_no: "330106198005060034", post: 局长, from_date: 2022-01-01}
        - {unit_id: U3, name: 赵云, id_no: "330106198005060050", post: 局长, from_date: 2025-01-01}
      entity_of:
        - {in_table: official, in_row: 1, role: self, entity_id: 71}
        - {in_table: official, in_row: 2, role: self, entity_id: 72}
        - {in_table: official, in_row: 3, role: self, entity_id: 73}
        - {in_table: award, in_row: 1, role: supplier, entity_id: 11}
        - {in_table: award, in_row: 2, role: supplier, entity_id: 12}
        - {in_table: award, in_row: 3, role: supplier, entity_id: 12}
        - {in_table: award, in_row: 4, role: supplier, entity_id: 13}
        - {in_table: award, in_row: 5, role: supplier, entity_id: 14}
      tie:
        - {kind: shareholder, from_entity: 71, to_entity: 11, share: 0.5, weight: 1}
        - {kind: kin, from_entity: 72, to_entity: 79, weight: 1}
        - {kind: legal_person, from_entity: 79, to_entity: 12, weight: 1}
        - {kind: legal_person, from_entity: 73, to_entity: 13, weight: 1}
        - {kind: kin, in_table: person, from_entity: 80, to_entity: 71, weight: 1}
        - {kind: kin, in_table: person, from_entity: 80, to_entity: 81, weight: 1}
        - {kind: legal_person, from_entity: 81, to_entity: 21, weight: 1}
        - {kind: shareholder, from_entity: 21, to_entity: 14, share: 0.6, weight: 1}
      award:
        - &won {unit_id: U1, ocid: P1, supplier_name: 甲公司, title: 课桌椅, amount: 500000.00, awarded_on: 2024-03-01, status: active}
        - {<<: *won, unit_id: U2, ocid: P2, supplier_name: 乙公司}
        - {<<: *won, ocid: P3, supplier_name: 乙公司}
        - {<<: *won, unit_id: U3, ocid: P4, supplier_name: 丙公司}
        - {<<: *won, ocid: P5, supplier_name: 丁公司}
    expect:
      - {process: P1, supplier_name: 甲公司, name: 王芳, how: 本人 in person, award_rows: [1], official_rows: [1], tie_rows: [1]}
      - {process: P2, supplier_name: 乙公司, name: 李强, how: 亲属 through kin, award_rows: [2], official_rows: [2], tie_rows: [2, 3]}
      - {process: P5, supplier_name: 丁公司, name: 王芳, how: 亲属 through kin, award_rows: [5], official_rows: [1], tie_rows: [5, 6, 7, 8]}
  - says: the trading centre knows the unit by another code, and the list of posts has no number; a namesake paid elsewhere is left alone
    given:
      official:
        - {unit_id: 水利局, unit_name: 某县水利局, name: 王芳, id_no: "330106198005060018", post: 局长, from_date: 2022-01-01}
        - {unit_id: "503", unit_name: 某县农业局, name: 李强, post: 局长, from_date: 2022-01-01}
        - {unit_id: "504", unit_name: 某县住建局, name: 赵云, post: 局长, from_date: 2022-01-01}
      payroll:
        - {unit_id: "503001", unit_name: 某县农业局, name: 李强, id_no: "330106198005060034", month: 2024-01-01}
        - {unit_id: "503001", unit_name: 某县农业局, name: 李强, id_no: "330106198005060034", month: 2024-02-01}
        - {unit_id: "505001", unit_name: 某县中学, name: 赵云, id_no: "330106198005060050", month: 2024-01-01}
      entity_of:
        - {in_table: official, in_row: 1, role: self, entity_id: 71}
        - {in_table: official, in_row: 2, role: self, entity_id: 72}
        - {in_table: official, in_row: 3, role: self, entity_id: 73}
        - {in_table: payroll, in_row: 1, role: employee, entity_id: 82}
        - {in_table: payroll, in_row: 2, role: employee, entity_id: 82}
        - {in_table: payroll, in_row: 3, role: employee, entity_id: 83}
        - {in_table: award, in_row: 1, role: supplier, entity_id: 11}
        - {in_table: award, in_row: 2, role: supplier, entity_id: 12}
        - {in_table: award, in_row: 3, role: supplier, entity_id: 13}
      tie:
        - {kind: shareholder, from_entity: 71, to_entity: 11, share: 0.5, weight: 1}
        - {kind: legal_person, from_entity: 82, to_entity: 12, weight: 1}
        - {kind: legal_person, from_entity: 83, to_entity: 13, weight: 1}
      award:
        - &bought {unit_id: CN-USCC-11, unit_name: 某县水利局, ocid: P1, supplier_name: 甲公司, title: 清淤, amount: 500000.00, awarded_on: 2024-03-01, status: active}
        - {<<: *bought, unit_id: CN-USCC-12, unit_name: 某县农业局, ocid: P2, supplier_name: 乙公司}
        - {<<: *bought, unit_id: CN-USCC-13, unit_name: 某县住建局, ocid: P3, supplier_name: 丙公司}
    expect:
      - {process: P1, supplier_name: 甲公司, name: 王芳, award_rows: [1], official_rows: [1]}
      - {process: P2, supplier_name: 乙公司, name: 李强, award_rows: [2], official_rows: [2]}
*/
WITH winners AS (
  SELECT award.row_id, coalesce(award.unit_id, award.unit_name) AS unit_id, award.unit_name, coalesce(award.ocid, award.tender_id, award.award_id) AS process,
    coalesce(award.title, award.ocid, award.tender_id) AS title, award.supplier_name, award.amount, award.currency,
    award.awarded_on, entity_of.entity_id
  FROM award
  JOIN entity_of ON entity_of.in_table = 'award' AND entity_of.in_row = award.row_id AND entity_of.role = 'supplier'
  WHERE award.supplier_name IS NOT NULL AND coalesce(award.status, 'active') = 'active'
),
-- A list of posts without numbers: who is paid under that name by that unit, where it is one person.
paid_there AS (
  SELECT official.row_id, min(entity_of.entity_id) AS entity_id
  FROM official
  JOIN payroll ON payroll.name = official.name
    AND (payroll.unit_id = official.unit_id OR payroll.unit_name = official.unit_name)
  JOIN entity_of ON entity_of.in_table = 'payroll' AND entity_of.in_row = payroll.row_id AND entity_of.role = 'employee'
  WHERE official.id_no IS NULL
  GROUP BY official.row_id
  HAVING min(entity_of.entity_id) = max(entity_of.entity_id)
),
officials AS (
  SELECT official.row_id, official.unit_id, official.unit_name, official.name, official.id_no, official.post, official.from_date,
    official.to_date, paid_there.entity_id
  FROM official
  JOIN paid_there ON paid_there.row_id = official.row_id
  UNION
  SELECT official.row_id, official.unit_id, official.unit_name, official.name, official.id_no, official.post, official.from_date,
    official.to_date, entity_of.entity_id
  FROM official
  JOIN entity_of ON entity_of.in_table = 'official' AND entity_of.in_row = official.row_id AND entity_of.role = 'self'
),
direct AS (
  SELECT row_id, from_entity AS holder, to_entity AS firm, to_date, kind
  FROM tie
  WHERE kind IN ('shareholder', 'legal_person', 'officer', 'controller', 'contact')
    AND (kind <> 'shareholder' OR share IS NULL OR share >= $least_share)
),
-- In person, or by way of one firm that holds the other.
control AS (
  SELECT row_id, holder, firm, to_date
  FROM direct
  UNION ALL
  SELECT direct.row_id, direct.holder, held.firm, least(coalesce(direct.to_date, held.to_date), coalesce(held.to_date, direct.to_date)) AS to_date
  FROM direct
  JOIN direct AS held ON held.holder = direct.firm AND held.kind = 'shareholder' AND held.firm <> direct.firm
  WHERE direct.kind <> 'contact'
  UNION ALL
  SELECT held.row_id, direct.holder, held.firm, least(coalesce(direct.to_date, held.to_date), coalesce(held.to_date, direct.to_date)) AS to_date
  FROM direct
  JOIN direct AS held ON held.holder = direct.firm AND held.kind = 'shareholder' AND held.firm <> direct.firm
  WHERE direct.kind <> 'contact'
),
stated_kin AS (
  SELECT row_id, from_entity AS one, to_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
  UNION ALL
  SELECT row_id, to_entity AS one, from_entity AS other, in_table
  FROM tie
  WHERE kind = 'kin'
),
-- The civil registry ties all of a household to its head only: mother and child are kin by way of him.
households AS (
  SELECT near.row_id AS near_row, far.row_id AS far_row, near.one, far.other
  FROM stated_kin AS near
  JOIN stated_kin AS far ON far.one = near.other AND far.other <> near.one AND far.in_table = 'person'
  WHERE near.in_table = 'person'
),
kin AS (
  SELECT row_id, one, other
  FROM stated_kin
  UNION ALL
  SELECT near_row AS row_id, one, other
  FROM households
  UNION ALL
  SELECT far_row AS row_id, one, other
  FROM households
),
behind AS (
  SELECT officials.row_id AS official_row, control.firm, control.to_date, '本人 in person' AS how, control.row_id AS tie_row,
    control.row_id AS kin_row
  FROM officials
  JOIN control ON control.holder = officials.entity_id
  UNION ALL
  SELECT officials.row_id AS official_row, control.firm, control.to_date, '亲属 through kin' AS how, control.row_id AS tie_row,
    kin.row_id AS kin_row
  FROM officials
  JOIN kin ON kin.one = officials.entity_id
  JOIN control ON control.holder = kin.other
)
SELECT winners.unit_id, winners.process, winners.supplier_name, md5(coalesce(officials.id_no, officials.name)) AS official_key,
  max(winners.title) AS title, max(officials.name) AS name, max(coalesce(officials.post, '')) AS post,
  max(behind.how) AS how, max(winners.amount) AS amount, max(winners.currency) AS currency, max(winners.awarded_on) AS awarded_on,
  list_sort(list(DISTINCT winners.row_id) FILTER (WHERE winners.row_id IS NOT NULL)) AS award_rows,
  list_sort(list(DISTINCT officials.row_id) FILTER (WHERE officials.row_id IS NOT NULL)) AS official_rows,
  list_sort(list_distinct(list_concat(list_sort(list(DISTINCT behind.tie_row) FILTER (WHERE behind.tie_row IS NOT NULL)),
    list_sort(list(DISTINCT behind.kin_row) FILTER (WHERE behind.kin_row IS NOT NULL))))) AS tie_rows
FROM winners
JOIN behind ON behind.firm = winners.entity_id AND coalesce(behind.to_date, winners.awarded_on) >= winners.awarded_on
-- The trading centre and the organisation department have codes of their own for a unit; its name is one.
JOIN officials ON officials.row_id = behind.official_row
  AND (officials.unit_id = winners.unit_id OR officials.unit_name = winners.unit_name)
  AND coalesce(officials.from_date, winners.awarded_on) <= winners.awarded_on
  AND coalesce(officials.to_date, winners.awarded_on) >= winners.awarded_on - INTERVAL 1 DAY * $after_days
GROUP BY winners.unit_id, winners.process, winners.supplier_name, md5(coalesce(officials.id_no, officials.name))
