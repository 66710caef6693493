"""Synonyms of headings, written as `headings` compares them: lower case, no spaces, no punctuation."""

from app.places.numerals import spellings as _words

IGNORED = _words("序号 编号 no 行号 sn index #")

ESTATE = _words(
    "小区 小区名称 小区名 所在小区 所属小区 居住小区 楼盘 楼盘名称 院落 院落名称 小院 家属院 苑区 片区 小区院落"
    " estate estatename compound residentialestate neighbourhood neighborhood"
)
NUMBER = _words(
    "楼栋 楼栋号 栋 栋号 楼号 楼 幢 幢号 座 座号 号楼 楼幢 楼幢号 楼宇 楼宇号 所在楼栋 所属楼栋 栋数号 栋楼号 楼栋名称 几栋"
    " building buildingno buildingnumber block blockno"
)
NOTE = _words("备注 备注说明 说明 情况说明 其他 其他说明 需求备注 note notes remark remarks comment comments")

BUILDING_WORDS = {
    "estate": ESTATE,
    "number": NUMBER,
    "units": _words("单元数 单元 单元数量 单元个数 几个单元 units unitcount numberofunits unit"),
    "floors": _words("层数 楼层数 楼层 总层数 层高 地上层数 floors floorcount storeys stories numberoffloors"),
    "doors": _words(
        "每层户数 一梯几户 每层几户 层户数 每层住户 每层住户数 每单元每层户数 梯户 doors doorsperfloor flatsperfloor householdsperfloor"
    ),
    "households": _words("总户数 户数 住户数 合计户数 总住户数 居民户数 households totalhouseholds flats"),
    "managed": _words("有无物业 物业 是否有物业 物业情况 物业管理 有物业 物业公司有无 managed propertymanagement management"),
    "grid": _words("所属网格 网格 网格号 网格编号 网格名称 所在网格 grid gridname gridno"),
}
PEOPLE_WORDS = {
    "estate": ESTATE,
    "building": NUMBER,
    "unit": _words("单元 单元号 所在单元 几单元 unit unitno unitnumber entrance"),
    "room": _words("房号 室 室号 门牌 门牌号 户号 房间号 房间 房屋号 门号 房室号 楼层房号 room roomno flat flatno door doorno"),
    "address": _words(
        "地址 住址 详细地址 家庭住址 居住地址 家庭地址 现住址 现居住地 现居住地址 居住地 住所 具体地址 详细住址 address homeaddress"
    ),
    "name": _words("姓名 户主 户主姓名 名字 居民姓名 人员姓名 对象姓名 name fullname resident"),
    "sex": _words("性别 sex gender"),
    "age": _words("年龄 岁数 周岁 年纪 age"),
    "phone": _words(
        "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 本人电话 联系号码 移动电话 phone phoneno phonenumber"
        " mobile tel telephone contact"
    ),
    "kinds": _words(
        "人员类别 类别 类型 人员类型 特殊类别 特殊人群类别 特殊人群类型 人群类别 人群类型 对象类别 重点人群 关爱类别 照护类别"
        " category categories kind kinds type carekind"
    ),
    "roll": _words(
        "名册 名册类别 所属名册 名单 名单类别 人口类别 人口类型 居住类型 居住性质 居住状态 人户状态 常住流动 常住或流动"
        " roll list register residency residencetype"
    ),
    "smartphone": _words(
        "智能手机 手机类型 是否智能手机 有无智能手机 是否使用智能手机 会用智能手机 智能机 smartphone hassmartphone phonetype"
    ),
    "note": NOTE,
}
