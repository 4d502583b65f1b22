"""Function words of each language: too frequent to tell one text from another."""

from collections.abc import Mapping
from typing import Final

_ENGLISH = """
a an the this that these those and or but nor so if then than as at by for from in into of off on onto out over to
up upon with within without about above after again against all also am any are aren't be because been before being
below between both can can't cannot could couldn't did didn't do does doesn't doing don't down during each few
further had hadn't has hasn't have haven't having he her here hers herself him himself his how i i'm i've it it's
its itself just let's me more most my myself no not now once only other our ours ourselves own same she should
shouldn't some such that's their theirs them themselves there there's they they're through too under until us very
was wasn't is isn't we were weren't what what's when where which while who who's whom whose why will won't would wouldn't
you your yours yourself yourselves may might must shall per via e s t
"""
_FRENCH = """
le la les l un une des du de d au aux et ou où mais donc or ni car ce cet cette ces c ça cela ceci celui celle ceux
celles que qu qui quoi dont lequel laquelle lesquels lesquelles quel quelle quels quelles je j tu il elle on nous
vous ils elles me m te t se s lui leur leurs y en mon ma mes ton ta tes son sa ses notre nos votre vos moi toi soi
eux à dans par pour sur sous avec sans entre vers chez contre depuis pendant avant après lors dès selon ainsi aussi
alors comme comment si quand pourquoi ne n pas plus moins très tout toute tous toutes même mêmes autre autres
être est sont était étaient été étant suis es sommes êtes sera seront soit soient avoir a ai as ont avons avez
avait avaient eu ayant peut peuvent fait faire il-y-a déjà encore ici là puis bien afin
"""
_SPANISH = """
el la los las lo un una unos unas al del de y e o u pero sino ni que quien quienes cual cuales cuyo cuya cuando
donde como cómo qué quién cuál dónde cuándo por para con sin sobre entre hasta desde hacia según durante contra
ante bajo tras en a se su sus mi mis tu tus nuestro nuestra nuestros nuestras me te le les nos os yo tú él ella
ello ellos ellas usted ustedes nosotros nosotras este esta esto estos estas ese esa eso esos esas aquel aquella
aquellos aquellas si sí no también tampoco más menos muy mucho mucha muchos muchas poco todo toda todos todas otro
otra otros otras mismo misma ser es son era eran fue fueron sea sean sido siendo soy somos estar está están
estaba estado ha han he hay haber había hemos habían tiene tienen tener puede pueden ya así porque pues cada
"""
_PORTUGUESE = """
o a os as um uma uns umas de do da dos das dum duma em no na nos nas num numa por pelo pela pelos pelas para pra
com sem sob sobre entre até desde contra perante após ao aos à às e ou mas nem que quem qual quais cujo cuja
quando onde como porque porquê pois se si seu sua seus suas meu minha meus minhas teu tua nosso nossa nossos nossas
me te lhe lhes nos vos eu tu ele ela eles elas nós vós você vocês este esta isto estes estas esse essa isso esses
essas aquele aquela aquilo aqueles aquelas não sim também mais menos muito muita muitos muitas pouco todo toda
todos todas outro outra outros outras mesmo mesma ser é são era eram foi foram seja sejam sido sendo sou somos
está estão estava estar há haver havia tem têm ter tinha pode podem já assim cada só então ainda d
"""
_RUSSIAN = """
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще
нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя
ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет
ж тогда кто этот того потому этого какой ним этом один мой тем чтобы нее были куда зачем всех при наш об над
больше тот через эти нас про всего них какая эта эту этой этих это перед свою свой своей своих лишь между также
который которая которое которые которых которой которым более менее является являются
"""
_ARABIC = """
في من على الى إلى عن مع هذا هذه ذلك تلك هؤلاء التي الذي الذين اللذين اللتين اللواتي هو هي هم هن هما نحن انا أنت انت
انتم كان كانت كانوا يكون تكون ليس ليست قد لقد ما ماذا لماذا كيف متى اين أين هل لا لم لن ان أن إن انه أنه انها أنها
او أو ام أم بل ثم لكن حتى اذا إذا اذ إذ لو كل بعض غير بين عند عندما بعد قبل تحت فوق خلال حول ضد منذ مثل اي أي كما
ايضا أيضا هناك هنا فقط حيث حين ذات به بها له لها لهم فيه فيها عليه عليها منه منها عنه عنها اليه اليها كذلك سوى و ب ل ك ف
يتم تم وقد ولا مما عما لدى نحو دون سوف لكي كي لان لأن التى الا إلا أحد
"""
# Single characters: they mark the bigrams that say nothing.
CHINESE_FUNCTION_CHARACTERS: Final = frozenset(
    "的了着是在与及和或之其而并且但也都就这那吗呢吧把被让给对于以为由从我你他她它们个很"
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": _words(_ENGLISH),
    "fr": _words(_FRENCH),
    "es": _words(_SPANISH),
    "pt": _words(_PORTUGUESE),
    "ru": _words(_RUSSIAN),
    "ar": _words(_ARABIC),
    "zh": frozenset(),
}
