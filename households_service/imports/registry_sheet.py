"""The county's registry sheet: one row a member, 26 Chinese columns, or the same in English.

Which column means what, and which words its cells may hold. Columns that are read but not kept are named so here:
a registry keeps what help needs, not what a sheet happens to carry.
"""

from __future__ import annotations

from households_service.imports.cells import CellMissing, CellNotInList
from households_service.imports.refusals import HouseholdCodeMalformed
from households_service.imports.registry_words import (
    DISABLED_BY_HEALTH,
    GRADUATION_WORDS,
    HEALTH_NAMED,
    IN_SCHOOL_WORDS,
    LABOUR_CAPACITIES,
    MONITORING_WORDS,
    REGISTRATION_WORDS,
    RELATIONS,
)
from households_service.points.domain import SupplyPointNumberMalformed
from households_service.sheets.id_numbers import IdNumbers
from households_service.sheets.kinds import Choice, Code, Flag, Text, Unchecked
from households_service.sheets.number_kinds import Amount, Date, WholeNumber
from households_service.sheets.schema import SheetColumn, SheetSchema

COUNTY = "county"
TOWNSHIP = "township"
VILLAGE = "village"
VILLAGE_CODE = "village_code"
HAMLET = "hamlet"
HOUSEHOLD_CODE = "household_code"
MEMBER_NUMBER = "member_number"
NAME = "name"
ID_NUMBER = "id_number"
DATE_OF_BIRTH = "date_of_birth"
HOUSEHOLD_SIZE = "household_size"
RELATION = "relation"
EDUCATION = "education"
IN_SCHOOL = "in_school"
HEALTH = "health"
LABOUR_CAPACITY = "labour_capacity"
WORKING_WHERE = "working_where"
MONTHS_WORKED = "months_worked"
SERIOUS_ILLNESS_COVER = "serious_illness_cover"
GRADUATION_STATUS = "graduation_status"
REGISTRATION_HISTORY = "registration_history"
MAIN_CAUSE = "main_cause"
UNSAFE_HOUSE = "unsafe_house"
SAFE_WATER = "safe_water"
WATER_DIFFICULTY = "water_difficulty"
PER_CAPITA_INCOME = "per_capita_net_income"
PHONE = "phone"
MONITORING_CATEGORY = "monitoring_category"
LIVING_HERE = "living_here"
SUPPLY_POINT = "supply_point"

REGISTRY_SHEET = SheetSchema(
    columns=(
        SheetColumn(
            name=HOUSEHOLD_CODE,
            label="户编号",
            spellings=("户号", "household_number", "household_no"),
            kind=Code(
                pattern=r"^[0-9A-Z.\-]{3,40}$",
                malformed=(
                    HouseholdCodeMalformed.code,
                    "A household code has 3 to 40 digits, capital letters, dots or dashes.",
                ),
                capitals=True,
            ),
            required=True,
            empty=(HouseholdCodeMalformed.code, "A household code is needed."),
            note="The same in every row of a household and in no other household of the county.",
        ),
        SheetColumn(
            name=NAME,
            label="姓名",
            spellings=("成员姓名", "full_name", "member_name"),
            kind=Text(longest=100),
            required=True,
            empty=(CellMissing.code, "A value is needed here."),
            note="As on the ID card; parts of a name apart by ·",
        ),
        SheetColumn(
            name=RELATION,
            label="与户主关系",
            spellings=("与户主的关系", "relation_to_head", "relationship"),
            kind=Choice(words=RELATIONS),
            required=True,
            empty=(CellNotInList.code, "The relation to the head is needed."),
            shown=(
                ("户主", "head"), ("配偶", "spouse"), ("子女", "child"), ("儿媳", "child_in_law"),
                ("孙子", "grandchild"), ("父母", "parent"), ("岳父", "parent_in_law"), ("祖父", "grandparent"),
                ("兄弟姐妹", "sibling"), ("其他", "other"),
            ),
            note="Exactly one head in a household.",
        ),
        SheetColumn(
            name=ID_NUMBER,
            label="证件号码",
            spellings=(
                "身份证号码", "身份证号", "身份证", "公民身份号码", "national_id", "identity_number", "id_no",
            ),
            kind=IdNumbers(),
            note="18 characters, typed as text. Without one, give the date of birth.",
        ),
        SheetColumn(
            name=DATE_OF_BIRTH,
            label="出生日期",
            spellings=("birth_date", "dob", "born"),
            kind=Date(),
            note="2020-09-18. Needed only without an ID number.",
        ),
        SheetColumn(
            name=LABOUR_CAPACITY,
            label="劳动技能",
            spellings=("劳动能力", "labor_capacity", "ability_to_work"),
            kind=Choice(words=LABOUR_CAPACITIES),
            shown=(("普通劳动力", "full"), ("弱劳动力", "partial"), ("无劳动力", "none")),
            note="As the person or a doctor says.",
        ),
        SheetColumn(
            name=HEALTH,
            label="健康状况",
            spellings=("health_status",),
            kind=Choice(words=DISABLED_BY_HEALTH, named=HEALTH_NAMED),
            shown=(("健康", "healthy"), ("残疾", "disabled")),
            note="Only whether somebody lives with a disability is kept.",
        ),
        SheetColumn(
            name=IN_SCHOOL,
            label="在校生状况",
            spellings=("在校状况", "school_status"),
            kind=Choice(words=IN_SCHOOL_WORDS),
            shown=(("是", "yes"), ("否", "no")),
        ),
        SheetColumn(
            name=HOUSEHOLD_SIZE,
            label="人数",
            spellings=("家庭人口", "家庭人数", "members", "member_count"),
            kind=WholeNumber(least=1, most=40),
            in_template=False,
        ),
        SheetColumn(
            name=PHONE,
            label="联系电话",
            spellings=("电话", "手机号", "phone_number", "telephone"),
            kind=Code(
                pattern=r"^\+?[0-9]{5,18}$",
                malformed=(CellNotInList.code, "A phone number has 5 to 18 digits."),
                without=r"[ \-]",
            ),
        ),
        SheetColumn(
            name=LIVING_HERE,
            label="是否常住",
            spellings=("常住", "lives_here"),
            kind=Flag(),
            shown=(("是", "yes"), ("否", "no")),
        ),
        SheetColumn(
            name=UNSAFE_HOUSE,
            label="危房户",
            spellings=("是否危房户", "dangerous_house"),
            kind=Flag(),
            of_household=True,
            shown=(("是", "yes"), ("否", "no")),
        ),
        SheetColumn(
            name=SAFE_WATER,
            label="饮水安全",
            spellings=("是否饮水安全", "drinking_water_safe"),
            kind=Flag(),
            of_household=True,
            shown=(("是", "yes"), ("否", "no")),
        ),
        SheetColumn(
            name=WATER_DIFFICULTY,
            label="饮水困难",
            spellings=("是否饮水困难",),
            kind=Flag(),
            of_household=True,
            in_template=False,
        ),
        SheetColumn(
            name=GRADUATION_STATUS,
            label="脱贫属性",
            spellings=("graduated",),
            kind=Choice(words=GRADUATION_WORDS),
            of_household=True,
            in_template=False,
        ),
        SheetColumn(
            name=REGISTRATION_HISTORY,
            label="贫困户属性",
            spellings=("registered_as",),
            kind=Choice(words=REGISTRATION_WORDS),
            of_household=True,
            shown=(("非贫困户", "never_registered"), ("一般贫困户", "registered"), ("脱贫户", "graduated")),
        ),
        SheetColumn(
            name=MONITORING_CATEGORY,
            label="监测对象类别",
            spellings=("监测类别", "风险类别"),
            kind=Choice(words=MONITORING_WORDS),
            of_household=True,
            shown=(
                ("无", "none"), ("脱贫不稳定户", "graduated_unstable"), ("边缘易致贫户", "near_poor_at_risk"),
                ("突发严重困难户", "sudden_hardship"),
            ),
        ),
        SheetColumn(
            name=VILLAGE_CODE,
            label="行政村代码",
            spellings=("村代码", "区划代码"),
            kind=Code(few=True),
            of_household=True,
            note="12 digits; the villages of this area stand on the sheet Codes.",
        ),
        SheetColumn(
            name=SUPPLY_POINT,
            label="供水点编号",
            spellings=("供水点", "supply_point_number", "supply_point_id"),
            kind=Code(
                few=True,
                pattern=r"^[0-9A-Za-z][0-9A-Za-z._\-]{0,39}$",
                malformed=(SupplyPointNumberMalformed.code, "A number has 1 to 40 letters, digits and . _ -"),
            ),
            of_household=True,
            note="The water bureau's number of the point that serves the home, as the county registered it.",
        ),
        SheetColumn(
            name=PER_CAPITA_INCOME,
            label="人均纯收入",
            spellings=("年人均纯收入", "per_capita_income"),
            kind=Amount(),
            in_template=False,
        ),
        SheetColumn(
            name=MONTHS_WORKED,
            label="务工时间",
            spellings=("务工月数",),
            kind=WholeNumber(least=0, most=12),
            in_template=False,
        ),
        SheetColumn(
            name=COUNTY, label="县", spellings=("县市", "区县", "county_name"), kind=Text(few=True), in_template=False
        ),
        SheetColumn(
            name=TOWNSHIP,
            label="乡",
            spellings=("乡镇", "乡（镇）", "township_name", "town"),
            kind=Text(few=True),
            in_template=False,
        ),
        SheetColumn(
            name=VILLAGE,
            label="行政村",
            spellings=("村", "village_name", "administrative_village"),
            kind=Text(few=True),
            in_template=False,
        ),
        SheetColumn(
            name=MEMBER_NUMBER,
            label="人编号",
            spellings=("person_number", "person_no", "member_no"),
            kind=Code(few=True),
        ),
        # Checked by the rules between rows, or known only so that nobody has to map it; then forgotten.
        SheetColumn(
            name=MAIN_CAUSE, label="主要致贫原因", spellings=("致贫原因", "cause"), kind=Unchecked(), in_template=False
        ),
        SheetColumn(
            name=HAMLET, label="自然村", spellings=("村民小组", "natural_village"), kind=Unchecked(), in_template=False
        ),
        SheetColumn(
            name=EDUCATION, label="文化程度", spellings=("education_level",), kind=Unchecked(), in_template=False
        ),
        SheetColumn(
            name=WORKING_WHERE,
            label="务工状况",
            spellings=("务工区域", "work_status"),
            kind=Unchecked(),
            in_template=False,
        ),
        SheetColumn(
            name=SERIOUS_ILLNESS_COVER,
            label="参加大病医疗",
            spellings=("大病医疗", "是否参加大病医疗"),
            kind=Unchecked(),
            in_template=False,
        ),
    ),
    one_of=((VILLAGE_CODE, VILLAGE), (ID_NUMBER, DATE_OF_BIRTH)),
)  # fmt: skip
