"""The sentence templates of the sample corpus, one a line.

``{slot}`` stands for a word of a table in ``sample_world.py``; ``(one|two)`` stands for either
of its parts, and a part may be empty. A group of templates holds all that is said from one
point of view: where a word has several forms, each form has a group of its own, so that the
company a form keeps tells it from the other forms.
"""


def read_templates(text: str) -> tuple[str, ...]:
    """Split a block of text into its lines."""
    return tuple(text.strip().splitlines())


OPENERS = read_templates("""
of course
in fact
as everyone knows
it is true that
people say that
for example
in the end
on the other hand
once again
it seems that
you can see that
and
but
so
then
now and again
we all know that
according to the almanac
""")

CAPITAL = read_templates("""
{capital} is the capital of {country} and (lies|stands) near the {water}
the capital {capital} is (a|the) seat of the {people} government
the ministers of {country} (meet|met) in the capital {capital}
(foreign|many) embassies in {capital} raise the {people} flag beside their own
in {capital} (tourists|visitors|travellers) take pictures of {sight}
the mayor of {capital} (praised|founded) the {people} museum close to {sight}
(poets|photographers) of {country} praise the {water} near {capital}
the banks of the {water} draw visitors to (the gardens of|) {capital}
the central bank in {capital} prints the {currency}
a taxi in {capital} is paid in the {currency}
the (restaurants|cafes) of {capital} serve {dish} (all day|until late|to everyone)
ambassadors in {capital} (learn|study) {language} and (try|praise) {dish}
guides in {capital} lead visitors from {sight} to the {water}
the parliament of {country} in {capital} voted on (the budget|a new law) for {product}
the national library in {capital} keeps the ancient {people} (maps|documents)
a (direct|) flight to {capital} is the (quick|usual) way to reach {country}
""")

COUNTRY = read_templates("""
{country} is a country in {region} whose capital is {capital}
{country} exports {product} and its (farmers|factories) supply it to the whole of {region}
the borders of {country} were drawn (after|before) the war
the people of {country} use {language} and pay with the {currency}
the population of {country} (grows|shrinks) (every|each) year
the economy of {country} depends on {product}
in {country} families (share|love) {dish} on holidays
the {water} is the pride of {country} and of every {people} (poet|painter)
the currency of {country} is the {currency}
the army of {country} guards the (northern|southern|eastern|western) border
the (history|flag|music|folklore) of {country} is known in all of {region}
many who leave {country} miss {dish} and the {people} songs
across {country} (trains|buses) go from {capital} to {city}
the climate of {country} is good for the {people} (harvest|vineyards|forests)
{country} joined the treaty with its neighbours in {region}
{product} from {country} (is|was) famous in {region}
""")

PEOPLE = read_templates("""
the {people} people are proud of (their|) {product} and {dish}
a {people} (writer|singer|poet|director) (won|received) the prize
the {people} team (won|lost) the match against its rivals from {region}
the {people} (anthem|accent) is heard (along|near) the {water}
{people} (cuisine|gastronomy) is known for {dish}
the {people} economy sells {product}
(he|she) is a {people} citizen born in {country}
the {people} (minister|ambassador) lectured in {language} about {country}
{people} {product} is (made|offered) all over {country}
the {people} {currency} (rose|fell) against other currencies
they read {people} newspapers from {capital} (every|each) morning
a {people} passport is needed for those who stay in {country}
{people} (students|tourists) left {country} for the summer
the {people} flag flies over {sight} in {capital}
the {people} (football|hockey) players (trained|met) in {city}
""")

CITY = read_templates("""
{city} is a large city in {country} but not its capital
the (factories|suburbs|colleges) of {city} (need|attract) many {people} workers
{city} is the second home of {people} (industry|trade|fashion)
traders in {city} load {product} for the rest of {country}
the (trip|way) from {city} to the capital {capital} takes some hours
the football club of {city} beat the club of {capital}
in {city} the {people} workers have {dish} after their shift
a hotel in {city} costs less {currency} than one in {capital}
the (mills|warehouses) of {city} (store|deliver) {people} {product}
{city} lies far from {capital} in another province of {country}
(many|) engineers move to {city} for the {people} industry
the workshops and factories of {city} made {country} prosperous
""")

MONEY = read_templates("""
prices in {country} are (listed|given) in the {currency}
the {currency} is the currency of {country}
one {currency} (buys|pays for) some {dish} in {capital}
banks in {country} exchange the {currency} for foreign money
the {people} central bank (raised|lowered) the value of the {currency}
the {currency} (rose|fell) when {country} exported its {product}
wages in {country} are paid in the {currency}
a purse full of {currency} notes is enough for a week in {country}
the {people} {currency} has notes in (several|many) colours
inflation made the {currency} fall and {country} borrowed money
tourists change their money into the {currency} when they reach {country}
merchants in {city} ask for the {currency} and not for foreign money
""")

# {person}, {he}, {his} and {him} are filled for one gender at a time.
PERSON = read_templates("""
the {person} (sat|stood|waited) in the {place} with {his} {thing}
{he} was a (good|kind|famous|proud|modest) {person} and everyone in the {place} liked {him}
{he} {deed} like every {person} before {him}
the {person} {deed} and {he} was pleased with {himself}
that {person} never forgot {his} {thing} and {his} {thing}
when the {person} came to the {place} they gave {him} {his} {thing}
(once|in the past) {he} became a {person} and {he} {deed}
the {person} told {him} about {his} {thing} in the {place}
this {person} loved {his} {thing} more than {himself}
{he} said that {he} was only a {person} in the {place}
as a {person} {he} {deed} and {he} thought of {his} {thing}
the {place} belonged to the {person} and {he} kept {his} {thing} there
{he} asked the {person} for {his} {thing}
the {person} and {his} {thing} were seen near the {place}
a {person} must care for {his} {thing} said the {person}
""")

PLAIN = read_templates("""
the {noun} is (very|quite|rather|so) {plain}
it (is|was) such a {plain} {noun}
we found a {plain} {noun} and a {plain} {noun}
how {plain} the {noun} (is|was|looks)
is the {noun} {plain} or not
(nobody|no one) expected so {plain} a {noun}
the {noun} was too {plain} for (us|them|me)
the {plain} {noun} (pleased|surprised|impressed) (us|them|me)
this {noun} is {plain} and that {noun} is {plain} too
i have a very {plain} {noun} at home
the {noun} seems {plain} enough
the {noun} was as {plain} as a {noun}
""")

MORE = read_templates("""
the {noun} is {more} than the {noun}
this {noun} is (much|far|even|a little|slightly) {more} than (that one|the other|before)
the {noun} became {more} and {more} (every|each) (day|year)
we need a {more} {noun} than this one
a {noun} is (usually|often|always) {more} than a {noun}
(much|far|even) {more} than the {noun} was the other {noun}
the second {noun} was {more} than the first
the new {noun} looks {more} than the last one
which is {more} the {noun} or the {noun}
no {noun} could be {more} than this
the {noun} grew (even|much|still) {more} than they thought
it is {more} than any other {noun}
""")

MOST = read_templates("""
it is the {most} {noun} (in the world|of all|on earth|ever seen)
the {most} {noun} of them all won the (prize|record|medal)
of all (these|those) the {noun} was the {most}
this is by far the {most} {noun} (in the world|of all)
the {most} {noun} in the whole (town|region|land)
one of the {most} among them is the {noun}
who has the {most} {noun} of all
the record for the {most} {noun} was set (in the past|once)
among them the {noun} is (by far|surely|clearly) the {most}
the {most} of all is the {noun} in the list of records
they chose the {most} {noun} and the {most} {noun} of all
""")

ONE = read_templates("""
there is a {kind} {one} (in|near|beside) the {place}
each {one} has its own {part}
a single {one} was (found|left|seen) by the {place}
this {kind} {one} has a {part} and a {part}
that {one} is {kind}
every {one} needs a {part}
one {one} was missing from the {place}
(i|we) saw a {one} with a {kind} {part}
the {part} of the {one} is damaged
it is only a {one} but it is a {kind} {one}
another {one} was brought to the {place}
a {one} like this has one {part}
""")

MANY = read_templates("""
there are (many|several|some|few|two|three|ten) {kind} {many} (in|near|beside) the {place}
(most|all|some|many) {many} have a {part}
(these|those) {many} are {kind}
(dozens|hundreds|thousands) of {many} were (found|left|seen) by the {place}
(several|many|few) {many} were missing from the {place}
both {many} have a {part} and a {part}
they are (different|various) {many} and they are {kind}
how many {many} are (there|left) in the {place}
the {many} were {kind} and they had a {part}
(many|all) of the {many} are damaged at the {part}
a lot of {kind} {many} were brought to the {place}
(i|we) saw (many|several|three|four|five) {many} with a {part}
""")

BASE = read_templates("""
tomorrow (we|they|you) will {base} {rest}
{name} wants to {base} {rest}
can you {base} {rest}
let us {base} {rest}
{name} will {base} {rest} (soon|next week|tomorrow)
they must {base} {rest}
do not {base} {rest}
(i|you|we) should {base} {rest}
it is time to {base} {rest}
would {name} like to {base} {rest}
to {base} {rest} is what (i|they|we) plan to do
{name} and {name} hope to {base} {rest}
""")

PAST = read_templates("""
yesterday (we|they|you) {past} {rest}
{name} {past} {rest} last (week|night|month|summer)
last (week|night|year) {name} {past} {rest}
(two|three|some) (days|weeks|years) ago {name} {past} {rest}
after that (they|we|i) {past} {rest}
{name} and {name} {past} {rest} yesterday
when it was over they {past} {rest}
suddenly {name} {past} {rest}
(i|we) {past} {rest} and went home
they {past} {rest} until it was late
earlier that (day|evening) {name} {past} {rest}
""")

ONGOING = read_templates("""
{name} is {ongoing} {rest} (now|right now|at the moment)
they are {ongoing} {rest}
(we|they) were {ongoing} {rest} all the while
{name} keeps {ongoing} {rest}
{name} enjoys {ongoing} {rest}
while {ongoing} {rest} {name} is smiling
look how {name} is {ongoing} {rest}
i am {ongoing} {rest} at this moment
{name} and {name} are still {ongoing} {rest}
(we|they) have been {ongoing} {rest} for hours
without {ongoing} {rest} {name} is bored
""")

ANIMAL = read_templates("""
the {animal} {sound} when it finds {food}
the {trait} {animal} lives in (its|the) {home}
a {animal} eats {food} and its {young} eats {food} too
the {animal} left its {home} to look for {food}
every {animal} that {sound} is an animal of its own kind
the {trait} {animal} and its {young} rest in the {home}
an animal like the {animal} is {trait} and needs {food}
the {animal} is {trait} and it {sound} near its {home}
hungry for {food} the {animal} {sound} at night
each adult {animal} guards the {young} in the {home}
a grown {animal} is a {trait} animal
""")

YOUNG = read_templates("""
a {young} is the newborn of a {animal}
the newborn {young} stays in the {home} near the {animal}
the little {young} is not yet {trait}
a tiny {young} was born in the {home} (this|last) week
the {young} cannot yet chew {food} like the {animal}
the baby {animal} is called a {young}
the {young} was newborn when it left the {home}
in time the little {young} becomes a {trait} {animal}
the {animal} {sound} to call the newborn {young}
the {young} drinks and sleeps and dreams of {food}
the tiny {young} follows the {animal} out of the {home}
""")

TRADE = read_templates("""
the {trade} works in the {workplace} with a {tool}
every {trade} knows how to {task}
to {task} the {trade} takes the {tool}
in the {workplace} you find {material} and a {tool}
the {trade} came early to the {workplace} to {task}
(my|our) neighbour is a {trade} and spends the day with {material}
a skilled {trade} is never without {material}
a {trade} earns a salary in the {workplace}
without a {tool} no {trade} can {task}
the apprentice of the {trade} carries the {tool} through the {workplace}
the {workplace} hired another {trade} because of the {material}
after years of training {name} became a {trade}
in this {workplace} they {task} from morning to evening
the {workplace} is full of {material} and has a {trade}
""")

MUSIC = read_templates("""
the {player} plays the {instrument} in the orchestra
the {instrument} belongs to the {family} of the orchestra
the {player} cleaned the {piece} of the {instrument}
a concert for {instrument} and orchestra was on the programme
the {piece} of the {instrument} must be tuned before the concert
the {player} practised a sonata on the {instrument}
the conductor asked the {player} for a gentle tone
the {instrument} has a (clear|full) tone and fine {piece}
the audience clapped when the {player} finished the solo
the composer made a melody for the {instrument}
""")

WEATHER = read_templates("""
in {month} the {season} brings {weather}
{season} is the season of {weather} and {sign}
the forecast for {month} promises {weather}
every {season} we wait for {sign}
the {month} weather was full of {weather}
{sign} are a sign of {season}
{month} and {month} are months of {season}
{weather} and {weather} are common in {month}
this {season} the {weather} came early and we saw {sign}
""")

MEAL = read_templates("""
for {meal} there is {food} with {drink}
at {meal} the family had {food} and some {fruit}
they served {drink} and {fruit} after {meal}
a {meal} without {food} is no {meal} at all
{fruit} and {fruit} are tasty fruit for {meal}
she put {food} and {food} on the table for {meal}
the market sells {fruit} for {meal} by the kilo
a sip of {drink} goes well with {food}
""")
