"""Short and written-out forms of given names that no measure of letters brings together.

Common knowledge of English registers and of a few neighbours. It is a help, not a need: what is missing here is found
by slips, initials and beginnings, or counts as another name.
"""

from __future__ import annotations

_GROUPS = """
abigail abby gail; abraham abe abram; adelaide addie ada; agnes aggie nessie; albert al bert bertie;
alexander alex alec sandy sasha alejandro aleksandr; alexandra alex sandra sasha; alfred alf fred alfie;
alice allie ally; amelia millie amy emilia; andrew andy drew andreas anders andre; angelina angie lina;
ann anna anne annie nan nancy hannah; anthony tony antonio anton antoine; antonia toni; archibald archie;
arthur art artie; augustus gus august; barbara barb babs; bartholomew bart; beatrice bea trixie;
benjamin ben benny benj; bernard bernie; bridget biddy bridie; caroline carrie caro;
catherine kate katie kitty cathy kathleen katherine kathryn kath cath katarina catalina; cecilia cissy celia;
charles charlie chas chuck carl carlos karl; charlotte lottie charlie; christina tina chris christine;
christopher chris kit topher; clara clare claire; clarence clarrie; constance connie; cornelius neil corney;
cynthia cindy; daniel dan danny; david dave davy davie; deborah debbie deb; dennis denny; dominic dom nick;
donald don donny; dorothy dot dolly dottie dora; douglas doug; edith edie; edmund ed ned eddie;
edward ed ted ned eddie teddy edw; edwin ed eddie; eleanor nell ellie nellie nora ellen lenora;
eliza elizabeth liz beth betty bess bessie betsy lizzie libby eliz lisa elisabeth isabel elsie;
emily em emmy millie; emma em emmy; ernest ernie; esther hetty essie hester; eugene gene; euphemia effie;
eva eve evie; evelyn evie; ferdinand ferdie; florence flo flossie florrie; frances fanny fran francie;
francis frank fran franciszek francisco francois franz; franklin frank;
frederick fred freddie fredk freddy fritz friedrich; gabriel gabe; geoffrey geoff jeff jeffrey;
george geo georgie jorge georg; gerald gerry jerry; gerard gerry; gertrude gertie trudy; gilbert gil bert;
giovanni gianni; giuseppe beppe; grace gracie; gregory greg; gwendoline gwen; hannah annie nan;
harold harry hal; harriet hattie harriett; harry henry hal harold; helen nell nellie ellen lena helena;
henrietta etta hetty; henry harry hal hy heinrich enrique henri; herbert bert herb bertie; hugh hughie hubert;
humphrey humph; ignatius iggy; isaac ike; isabella bella belle isabel tibby; isabel isobel bella; jacob jake;
james jim jimmy jas jamie jaime; jane jenny janie janet jean; janet jenny jessie; jean jane jeanie; jemima mima;
jennifer jenny jen; jeremiah jerry jeremy; jessica jess jessie; joan joanna jo; joanna jo joan;
johanna hanna jo; john jack johnny jno jon johan johannes juan jean johann giovanni jan ian;
jonathan jon jonny nathan; joseph joe jos joey jose josef giuseppe; josephine jo josie; joshua josh;
judith judy; julia julie; juliana julie; katherine kate; kenneth ken kenny; laura laurie;
lawrence larry laurie laurence; leonard len lenny leo; leopold leo; lewis lew louis; lillian lily lil;
louis lou lewis luis ludwig luigi; louisa lou louise; lucy lucie lucinda; lydia lyddie; magdalena lena;
malcolm mal; margaret maggie meg peg peggy madge daisy greta rita margt marg margery marguerite;
maria marie mary; martha mattie patty; martin marty; mary molly polly may mamie minnie maria marie;
mathilda tilly matilda mattie maud; matthew matt mat matteo; maurice morris; maximilian max; melissa mel;
michael mike mick micky mikey miguel michel mikhail; mildred millie; minnie wilhelmina; miriam mimi;
montague monty; nathaniel nat nathan nate; nicholas nick nicky nicolas nikolai; nora honora eleanor;
oliver ollie noll; olivia livvy; oscar ossie; oswald ozzie; pamela pam; patience pat; patricia pat patty trish;
patrick pat paddy; pauline paula; penelope penny; percival percy; peter pete pedro pierre pietro piotr petr;
philip phil pip phillip felipe; philippa pippa; phoebe pheobe; prudence prue; rachel rae; ralph raffy;
raymond ray; rebecca becky beck; reginald reg reggie; richard dick rick richie dickie rich richd ricardo;
robert bob rob bobby robbie bert robt robin roberto; roderick rod rory; roger rodge; roland rollo;
ronald ron ronnie; rosalind ros; rosemary rose rosie; rose rosa rosie; rudolph rudy dolph; rupert rob;
samuel sam sammy saml; sarah sally sadie sara; sidney sid sydney; sigmund sig; silas si; simon si simeon;
solomon sol; sophia sophie sophy; stanley stan; stephen steve stevie steven stephan stefan esteban;
susan sue susie sukey susannah susanna; sylvester sly; tabitha tabby; terence terry; theodore ted teddy theo;
theresa tess terry tessa teresa; thomas tom tommy thos tomas; timothy tim timmy; tobias toby; ulrich uli;
ursula ursie; valentine val; vanessa nessa; victor vic; victoria vicky vic tory; vincent vince vin vincente;
violet vi; virginia ginny; vladimir vlad; walter wally walt wat; wilfred wilf fred; wilhelmina minnie mina;
william will bill billy willie wm liam wilhelm guillermo guillaume; winifred winnie freda; zachariah zach zack;
wojciech wojtek; stanislaw staszek; malgorzata gosia; katarzyna kasia; francisca paca; dolores lola;
concepcion concha; guadalupe lupe; ignacio nacho; rosario charo; eduardo lalo; jesus chucho; cornelis cees kees;
hendrik henk; willem wim; gerrit gert; adrianus ad; petronella nel; elisabeth bets lies; antonius toon ton
"""


def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(_GROUPS.replace("\n", " ").split(";")):
        for name in group.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_GROUPS_OF = _groups()
_NONE: frozenset[int] = frozenset()


def has_short_form(name: str) -> bool:
    return name in _GROUPS_OF


def same_person_may_be_called(one: str, other: str) -> bool:
    """William and Bill. Both folded and in Latin letters."""
    return not _GROUPS_OF.get(one, _NONE).isdisjoint(_GROUPS_OF.get(other, _NONE))
