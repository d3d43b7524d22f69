"""Common given names and how they are usually written in Han characters: general knowledge, nobody's list of people.

The usual form first, then others in use. Clerks do not follow the sounds here but habit, so these also tell whether a
bridge between the scripts has learnt conventions or only the tables of `sounds`.
"""

from __future__ import annotations

_MEN = """
memet 买买提 麦麦提|ehmet 艾合买提 艾海提|tursun 吐尔逊 图尔荪|turdi 吐尔地 图尔迪|
abduraxman 阿不都热合曼 阿卜杜热合曼|abdulla 阿不都拉 阿卜杜拉|abdukerim 阿不都克里木 阿卜杜克热木|
abliz 阿不力孜 阿布力孜|ablet 阿不来提 阿卜来提|yasin 亚森 牙森|yaqup 亚库甫 牙库甫|yüsüp 玉素甫 玉苏普|
ismayil 司马义 斯马伊力|ibrahim 依布拉音 伊布拉依木|imin 依明 伊敏|osman 吾斯曼 乌斯曼|ömer 吾买尔 约麦尔|
eli 艾力 艾里|hesen 艾山 艾散|hüsen 玉山 玉散|qurban 库尔班|rozi 肉孜 如则|hashim 阿西木 哈西木|
qasim 卡斯木 喀斯木|qadir 卡德尔 喀迪尔|tahir 塔依尔 塔伊尔|sadiq 沙迪克 萨迪克|xaliq 哈力克 哈里克|
niyaz 尼亚孜 尼牙孜|sawut 沙吾提 萨伍提|mijit 米吉提 米吉特|zunun 祖农 祖龙|mehmut 买合木提 麦合木提|
exet 艾海提 艾合提|emet 艾买提 艾麦提|alim 阿里木 阿力木|adil 阿迪力 阿迪里|enwer 艾尼瓦尔 安外尔|
erkin 艾尔肯 艾尼肯|ilham 依力哈木 伊力哈木|polat 波拉提 普拉提|perhat 帕尔哈提 排尔哈提|
shöhret 肖开提 雪合来提|toxti 托合提 托乎提|obul 吾布力 奥布力|ghopur 吾普尔 阿不力甫|gheni 吾尼 艾尼|
barat 巴拉提 巴热提|nurmemet 努尔买买提 努尔麦麦提|kamil 卡米力 喀米力|kerim 克里木 克热木|rehim 热依木 热合木|
sultan 苏里坦 苏力坦|turghun 吐尔洪 图尔贡|yolwas 尧力瓦斯 尤力瓦斯|batur 巴吐尔 巴图尔|
dilshat 迪力夏提 地里夏提|ekber 艾克拜尔 艾克白尔|haji 阿吉 哈吉|helim 艾力木 海力木|jelil 加力力 杰力力|
jüme 居马 居麦|kawul 卡吾力 喀吾力|nijat 尼加提 尼加特|nurdun 努尔顿|salam 沙拉木 萨拉木|semet 沙买提 赛买提|
tayir 塔依尔 塔依|wahap 瓦哈甫 瓦哈普|weli 外力 吾力|yadikar 亚迪卡尔 牙地卡尔|zakir 扎克尔 扎克|tilek 提来克|
arslan 阿尔斯兰 阿斯兰|mömin 木明 毛明|muhter 木合塔尔 穆合塔尔|nasir 那斯尔 纳斯尔|rustem 如斯坦木 鲁斯坦木|
sabir 沙比尔 萨比尔|shawket 肖开提 晓开提|
"""
_WOMEN = """
patigül 帕提古丽 帕提姑丽|aygül 阿依古丽 阿衣古丽|gülnur 古丽努尔 古力努尔|rena 热娜|meryem 麦尔艳木 买尔燕木|
aminem 阿米乃木 阿米娜木|xelchem 海丽且木 海里且木|tilaxan 提拉汗|zeynep 再乃甫 再娜甫|rabiye 热比亚 热比艳木|
aynur 阿依努尔 阿衣努尔|dilnur 迪丽努尔 地里努尔|gülshen 古丽仙 古丽先|hörigül 吾热古丽 吾里古丽|
mehrigül 麦热古丽 米热古丽|nurgül 努尔古丽 努尔古力|patime 帕提曼 帕提麦|reyhan 热依汗 热衣汗|roshen 肉先 如先|
sajide 沙吉旦 萨吉代|tursungül 吐尔逊古丽 图尔荪古丽|zohre 祖热 左热|zulpiya 祖丽皮亚 祖力皮亚|
arzugül 阿尔祖古丽 阿孜古丽|bahargül 巴哈尔古丽 巴哈古丽|dilber 迪丽拜尔 地里白尔|gülbahar 古丽巴哈尔 古力巴哈|
güljamal 古丽加玛丽 古丽加马力|gülmire 古丽米热 古丽米拉|hawaxan 阿瓦汗 哈瓦汗|helime 艾力麦 海丽麦|
hejer 阿加尔 艾杰尔|jemile 加米拉 杰米莱|mahire 马依热 玛依热|melike 买力开 麦力克|munire 木尼热 穆尼热|
nigare 尼尕热 尼格热|qelbinur 开丽比努尔 凯丽比努尔|rizwangül 热孜万古丽 热孜宛古丽|saadet 沙代提 萨代提|
salamet 沙拉麦提 萨拉买提|tajigül 塔吉古丽 塔吉古力|yultuz 尤丽吐孜 玉丽吐孜|zorem 佐热木 祖热木|
buwixan 布威汗 布维汗|buwihejer 布威阿加尔 布威海杰尔|aysha 阿依夏 阿依先|adile 阿迪拉 阿地拉|
gülistan 古丽斯坦 古力斯坦|xedije 海迪且 海地且|zaytuna 再同 再吐娜|zumret 祖木热提 祖木来提|
nisaxan 尼萨汗 尼沙汗|
"""


def _read(text: str) -> dict[str, tuple[str, ...]]:
    entries = [entry.split() for entry in text.replace("\n", "").split("|") if entry]
    return {entry[0]: tuple(entry[1:]) for entry in entries}


_MENS, _WOMENS = _read(_MEN), _read(_WOMEN)
COMMON_MEN, COMMON_WOMEN = tuple(_MENS), tuple(_WOMENS)
CONVENTIONAL = _MENS | _WOMENS
