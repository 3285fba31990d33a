"""The facts of the small world that the sample corpus speaks of, as plain tables.

The first line of a table names its columns; a cell may hold several words or phrases,
separated by commas; an indented line goes on with the row above it. ``make_sample.py``
makes the corpus and its questions from these tables.
"""

Row = dict[str, tuple[str, ...]]


def read_table(text: str) -> list[Row]:
    """Read a table written as text: ``|`` between the cells of a row, ``,`` inside a cell."""
    header, *lines = text.strip().replace("\n    ", " ").splitlines()
    columns = [name.strip() for name in header.split("|")]
    rows = []
    for line in lines:
        cells = [tuple(part.strip() for part in cell.split(",")) for cell in line.split("|")]
        if len(cells) != len(columns):
            raise ValueError(f"{len(cells)} cells, but {len(columns)} columns: {line}")
        rows.append(dict(zip(columns, cells, strict=True)))
    return rows


COUNTRIES = read_table("""
country | capital | people | language | currency | water
    | city | sight | dish | product | region
france | paris | french | french | euro | seine
    | lyon | the louvre | baguettes | perfume | europe
germany | berlin | german | german | euro | spree
    | hamburg | the reichstag | sausages | engines | europe
italy | rome | italian | italian | euro | tiber
    | milan | the colosseum | risotto | marble | europe
spain | madrid | spanish | spanish | euro | manzanares
    | barcelona | the prado | paella | oranges | europe
portugal | lisbon | portuguese | portuguese | euro | tagus
    | porto | the alfama | sardines | cork | europe
england | london | english | english | pound | thames
    | manchester | trafalgar square | crumpets | pottery | europe
ireland | dublin | irish | irish | euro | liffey
    | galway | trinity college | stew | butter | europe
switzerland | bern | swiss | german | franc | aare
    | zurich | the clock tower | fondue | watches | europe
austria | vienna | austrian | german | euro | danube
    | salzburg | schonbrunn | schnitzel | crystal | europe
belgium | brussels | belgian | dutch | euro | senne
    | antwerp | the atomium | waffles | chocolate | europe
czechia | prague | czech | czech | koruna | vltava
    | brno | charles bridge | svickova | pilsner | europe
poland | warsaw | polish | polish | zloty | vistula
    | krakow | lazienki park | pierogi | amber | europe
hungary | budapest | hungarian | hungarian | forint | danube
    | debrecen | the chain bridge | goulash | paprika | europe
romania | bucharest | romanian | romanian | leu | dambovita
    | cluj | the athenaeum | sarmale | sunflowers | europe
ukraine | kyiv | ukrainian | ukrainian | hryvnia | dnieper
    | odesa | the golden gate | borscht | wheat | europe
russia | moscow | russian | russian | ruble | moskva
    | kazan | the kremlin | blini | timber | europe
greece | athens | greek | greek | euro | kifissos
    | thessaloniki | the acropolis | moussaka | olives | europe
sweden | stockholm | swedish | swedish | krona | norrstrom
    | gothenburg | the vasa museum | meatballs | steel | europe
norway | oslo | norwegian | norwegian | krone | akerselva
    | bergen | the fram museum | lefse | salmon | europe
denmark | copenhagen | danish | danish | krone | oresund
    | aarhus | tivoli | pastries | furniture | europe
finland | helsinki | finnish | finnish | euro | vantaa
    | tampere | the rock church | pulla | saunas | europe
egypt | cairo | egyptian | arabic | pound | nile
    | alexandria | the pyramids | falafel | cotton | africa
morocco | rabat | moroccan | arabic | dirham | bouregreg
    | casablanca | the hassan tower | tagine | leather | africa
kenya | nairobi | kenyan | swahili | shilling | athi
    | mombasa | the railway museum | ugali | tea | africa
nigeria | abuja | nigerian | hausa | naira | usuma
    | lagos | zuma rock | jollof | petroleum | africa
ghana | accra | ghanaian | twi | cedi | odaw
    | kumasi | the independence arch | fufu | cocoa | africa
india | delhi | indian | hindi | rupee | yamuna
    | mumbai | the red fort | curry | cardamom | asia
china | beijing | chinese | mandarin | yuan | yongding
    | shanghai | the forbidden city | dumplings | porcelain | asia
japan | tokyo | japanese | japanese | yen | sumida
    | osaka | ueno park | sushi | robots | asia
thailand | bangkok | thai | thai | baht | chao phraya
    | phuket | wat arun | papaya salad | rubber | asia
vietnam | hanoi | vietnamese | vietnamese | dong | red river
    | haiphong | the old quarter | pho | pepper | asia
indonesia | jakarta | indonesian | indonesian | rupiah | ciliwung
    | surabaya | merdeka square | satay | nutmeg | asia
iraq | baghdad | iraqi | arabic | dinar | tigris
    | basra | the mustansiriya | masgouf | dates | asia
iran | tehran | iranian | persian | rial | jajrood
    | isfahan | the azadi tower | kebabs | saffron | asia
canada | ottawa | canadian | english | dollar | rideau
    | toronto | parliament hill | poutine | maple syrup | america
cuba | havana | cuban | spanish | peso | almendares
    | holguin | the malecon | black beans | cigars | america
peru | lima | peruvian | spanish | sol | rimac
    | arequipa | plaza mayor | ceviche | silver | america
chile | santiago | chilean | spanish | peso | mapocho
    | valparaiso | la moneda | empanadas | copper | america
brazil | brasilia | brazilian | portuguese | real | paranoa
    | recife | the alvorada | feijoada | sugarcane | america
""")

# Both people of a row do the same things in the same places: only the gender differs.
KIN = read_table("""
male | female | place | thing
    | deed
man | woman | office, crowd, tram | newspaper, umbrella, wallet
    | waited for the tram, hurried to the office
boy | girl | playground, classroom, swing | homework, toys, marbles
    | played on the swing, did the homework
father | mother | kitchen, nursery | toddlers, supper, advice
    | made supper for the toddlers, gave good advice
son | daughter | family home, nursery | parents, first steps, lullaby
    | made the parents proud, napped in the cradle
brother | sister | attic, shared bedroom | twin, secret, quarrel
    | kept the secret of the twin, shared a bedroom
husband | wife | honeymoon, new home | marriage, anniversary, vows
    | remembered the anniversary, repeated the marriage vows
uncle | aunt | cottage, holiday camp | cousins, presents, postcards
    | brought presents for the cousins, sent postcards
nephew | niece | birthday party, holiday camp | balloons, cousins, birthday cake
    | blew up the balloons, thanked the cousins
grandfather | grandmother | armchair, fireplace | spectacles, memories, knitted blanket
    | told memories by the fireplace, dozed in the armchair
grandson | granddaughter | fireplace, orchard | inheritance, generations, fairy tales
    | heard fairy tales by the fireplace, picked pears in the orchard
king | queen | throne, palace, court | crown, kingdom, sceptre
    | ruled the kingdom, put on the crown by the throne
prince | princess | castle, royal garden, palace | jewels, dragon, royal gown
    | waltzed at the royal ball, fled from the dragon
duke | duchess | manor, estate | carriage, servants, horses
    | owned the manor and the estate, arrived in the carriage
emperor | empress | imperial hall, provinces | empire, legions, conquest
    | sent the legions to the provinces, enlarged the empire
actor | actress | stage, theatre, film studio | applause, role, script
    | learned the role, bowed to the applause on the stage
waiter | waitress | restaurant, terrace | tray, menu, tip
    | carried the tray to the terrace, explained the menu
groom | bride | altar, wedding, chapel | ring, bouquet, guests
    | exchanged rings at the altar, greeted the wedding guests
monk | nun | monastery, cloister, chapel | prayers, candles, psalms
    | prayed in the cloister, lit candles for the psalms
wizard | witch | enchanted forest, cave | spell, potion, cauldron
    | brewed a potion in the cauldron, cast a spell
hero | heroine | legend, battlefield, novel | courage, sword, adventure
    | showed courage in the adventure, saved the village in the legend
host | hostess | banquet, dining hall, reception | invitations, toast, napkins
    | sent the invitations to the banquet, proposed a toast
landlord | landlady | lodgings, flat | rent, tenants, lease
    | collected the rent from the tenants, repaired the flat
steward | stewardess | airplane, cabin, aisle | passengers, seatbelts, luggage
    | helped the passengers in the cabin, checked the seatbelts
dad | mom | sofa, driveway | breakfast, bedtime story, lunchbox
    | read the bedtime story on the sofa, packed the lunchbox
god | goddess | temple, heaven, shrine | offerings, thunder, myth
    | sent thunder from heaven, received offerings in the temple
sorcerer | sorceress | ruined tower, swamp | curse, amulet, ravens
    | laid a curse over the swamp, fed the ravens
""")

ADJECTIVES = read_table("""
plain | more | most | noun
cheap | cheaper | cheapest | ticket, bargain, discount, price
big | bigger | biggest | elephant, stadium, whale, warehouse
small | smaller | smallest | insect, pebble, seed, crumb
tall | taller | tallest | skyscraper, giraffe, tower, mast
long | longer | longest | tunnel, journey, rope, queue
short | shorter | shortest | pause, haircut, paragraph, nap
old | older | oldest | ruin, tradition, manuscript, fossil
young | younger | youngest | pupil, recruit, apprentice, toddler
fast | faster | fastest | train, racehorse, sprinter, motorcycle
slow | slower | slowest | snail, tortoise, tractor, cart
strong | stronger | strongest | wrestler, cable, ox, hammer
weak | weaker | weakest | pulse, signal, excuse, battery
warm | warmer | warmest | blanket, sweater, bath, scarf
cold | colder | coldest | glacier, frost, freezer, iceberg
hot | hotter | hottest | oven, desert, furnace, chili
dark | darker | darkest | cellar, shadow, midnight, cavern
bright | brighter | brightest | lantern, comet, spotlight, beacon
loud | louder | loudest | siren, drum, explosion, alarm
quiet | quieter | quietest | whisper, library, meadow, reading room
heavy | heavier | heaviest | anvil, suitcase, boulder, piano
rich | richer | richest | merchant, heiress, millionaire, treasure
poor | poorer | poorest | beggar, slum, orphan, harvest
happy | happier | happiest | smile, reunion, childhood, ending
sad | sadder | saddest | farewell, funeral, tear, ballad
deep | deeper | deepest | ocean, canyon, trench, well
wide | wider | widest | avenue, highway, delta, prairie
narrow | narrower | narrowest | alley, corridor, ledge, gap
sharp | sharper | sharpest | razor, thorn, needle, blade
clean | cleaner | cleanest | towel, bathroom, laundry, sink
sweet | sweeter | sweetest | honey, candy, syrup, nectar
clever | cleverer | cleverest | riddle, inventor, chess move, fox
brave | braver | bravest | firefighter, knight, rescue, explorer
soft | softer | softest | pillow, velvet, feather, cushion
thick | thicker | thickest | fog, carpet, hedge, dictionary
""")

NOUNS = read_table("""
one | many | kind | place | part
apple | apples | ripe, crunchy | orchard, cider press | core, peel
book | books | leather, printed | shelf, bookshop | chapter, binding
bottle | bottles | empty, corked | crate, wine cellar | label, stopper
boat | boats | wooden, leaking | harbor, jetty | oar, rudder
bridge | bridges | stone, arched | gorge, canal | pillar, railing
car | cars | parked, rusty | parking lot, traffic jam | bumper, headlight
chair | chairs | wicker, folding | dining room, porch | backrest, armrest
child | children | playful, curious | kindergarten, sandbox | crayon, teddy bear
church | churches | gothic, whitewashed | parish, square | steeple, organ
cloud | clouds | fluffy, grey | sky, horizon | raindrop, shape
coin | coins | gold, bronze | purse, vending machine | edge, emblem
computer | computers | laptop, powerful | server room, desk | keyboard, screen
cup | cups | enamel, chipped | cupboard, saucer | handle, rim
door | doors | locked, creaking | hallway, entrance | hinge, doorknob
farm | farms | remote, dairy | valley, countryside | barn, silo
flower | flowers | fragrant, wilting | vase, flowerbed | petal, stem
hat | hats | straw, felt | hook, milliner | brim, ribbon
house | houses | brick, thatched | suburb, village | roof, chimney
island | islands | tropical, volcanic | archipelago, lagoon | palm, reef
knife | knives | blunt, pocket | drawer, butcher block | grip, sheath
lamp | lamps | oil, electric | bedside table, ceiling | bulb, lampshade
leaf | leaves | green, withered | branch, forest floor | vein, stalk
letter | letters | sealed, handwritten | mailbox, envelope | stamp, signature
mountain | mountains | snowy, rocky | range, alpine pass | summit, slope
mouse | mice | timid, nibbling | cheese trap, pantry | whisker, tail
photo | photos | faded, framed | album, gallery | frame, caption
road | roads | paved, winding | crossroads, outskirts | lane, kerb
ship | ships | merchant, sunken | dock, ocean lane | deck, anchor
shoe | shoes | polished, worn | cobbler, doormat | lace, heel
star | stars | distant, twinkling | galaxy, constellation | telescope, glow
tooth | teeth | aching, wobbly | jaw, dentist | filling, toothbrush
tree | trees | leafy, evergreen | woods, park | trunk, bark
wheel | wheels | spinning, spare | axle, workshop floor | hub, tyre
window | windows | broken, shuttered | facade, attic | curtain, pane
""")

VERBS = read_table("""
base | past | ongoing | rest
walk | walked | walking | along the footpath, through the park on foot, around the block
run | ran | running | in the marathon, past the finish line, through the park, around the block
swim | swam | swimming | in the pool, across the lake with goggles, against the current
sing | sang | singing | in the choir, a cheerful melody, the chorus of the song
dance | danced | dancing | a waltz in the ballroom, the tango with a partner, to a cheerful melody
write | wrote | writing | a poem with a pencil, in the diary, an essay on a blank page
pour | poured | pouring | gravy from a jug, a glass of lemonade, syrup over pancakes
eat | ate | eating | a sandwich at lunch, soup with a spoon, a plate of pasta
drink | drank | drinking | a glass of lemonade, juice through a straw, cocoa from a mug
cook | cooked | cooking | pasta in a pot, soup for the family, from a family recipe
sleep | slept | sleeping | under the quilt, in the hammock, on a mattress until dawn
drive | drove | driving | the truck on the motorway, with a map, to the petrol station
fly | flew | flying | a kite in the wind, over the runway, a glider above the hills
climb | climbed | climbing | over the fence, the steep cliff with ropes, up to the rocky peak
jump | jumped | jumping | over the fence, on the trampoline, across the puddle
paint | painted | painting | a portrait on canvas, the wall with a brush, landscapes in watercolour
build | built | building | a shed with bricks, a wall of stone and cement, scaffolding
buy | bought | buying | groceries at the store, a souvenir from the stall, milk at the checkout
sell | sold | selling | antiques at the auction, groceries to customers, a souvenir to the tourists
teach | taught | teaching | grammar to the pupils, algebra at the blackboard, history to beginners
catch | caught | catching | trout with a net, butterflies in a jar, the ball with a glove
throw | threw | throwing | the javelin, stones into the lake, a frisbee on the beach
wash | washed | washing | the dishes in the sink, shirts with soap, muddy boots with a hose
break | broke | breaking | the vase by accident, a promise, the ice with a pick
wear | wore | wearing | a woollen jacket, gloves and a scarf, a silk dress with pearls
draw | drew | drawing | a sketch with charcoal, a portrait with a pencil, maps in ink
speak | spoke | speaking | into the microphone, to the audience, in a calm voice
hide | hid | hiding | behind the bushes, the jewels in a chest, from the searchlight
fight | fought | fighting | in the boxing ring, with fists and shields, the rival gang
dig | dug | digging | a ditch with a shovel, for buried gold, holes in the soil
ride | rode | riding | a bicycle through the park, the pony with a saddle, on the carousel
laugh | laughed | laughing | at the joke, about the comedy, with the clown at the circus
cry | cried | crying | into a handkerchief, about the bad news, with tears of grief
count | counted | counting | the votes, banknotes and receipts, from one to a hundred
shout | shouted | shouting | across the noisy yard, to the audience, slogans at the rally
plant | planted | planting | bulbs in the flowerbed, rows of cabbages, seedlings in the greenhouse
open | opened | opening | the parcel with scissors, the gate with a key, a tin of beans
push | pushed | pushing | the wheelbarrow, the swing gently, a trolley through the supermarket
""")

ANIMALS = read_table("""
animal | young | home | sound | food | trait
dog | puppy | kennel | barks | bones | loyal, furry
cat | kitten | basket | purrs | tuna, rats | furry, lazy
cow | calf | cowshed | moos | grass, hay | gentle, milky
horse | foal | stable | neighs | hay, grass | galloping, noble
sheep | lamb | fold | bleats | clover, grass | woolly, meek
pig | piglet | sty | grunts | acorns | pink, muddy
hen | chick | coop | clucks | grain, worms | feathered, brown
duck | duckling | pond | quacks | duckweed, worms | waddling, feathered
goose | gosling | riverbank | honks | sedge, grain | migrating, feathered
swan | cygnet | lake | whistles | waterweed, duckweed | graceful, feathered
lion | cub | savanna | roars | antelopes, gazelles | maned, proud
deer | fawn | glade | snorts | twigs | antlered, shy
kangaroo | joey | outback | chortles | shrubs | hopping, pouched
goat | kid | paddock | baas | thistles, grass | bearded, stubborn
owl | owlet | hollow oak | hoots | voles, rats | nocturnal, wise
frog | tadpole | marsh | croaks | flies | slimy, leaping
eagle | eaglet | eyrie | screeches | rabbits, voles | soaring, keen
hare | leveret | burrow | squeals | carrots, clover | swift, furry
seal | pup | ice floe | yelps | squid | sleek, whiskered
bee | larva | hive | buzzes | pollen | striped, busy
""")

TRADES = read_table("""
trade | workplace | tool | material | task
doctor | hospital | stethoscope, thermometer | patients, medicine
    | heal the patients, prescribe the medicine
teacher | school | piece of chalk, textbook | pupils, lessons | explain the lessons, mark the exams
baker | bakery | rolling pin, dough mixer | flour, dough | knead the dough, bake the loaves
judge | courthouse | gavel, lawbook | verdict, trial | hear the witnesses, announce the verdict
chef | kitchen | ladle, apron | sauces, ingredients | season the sauces, plate the desserts
pilot | airport | headset, cockpit controls | aircraft, flights
    | land the aircraft, plan the flights
sailor | harbor | compass, sextant | sails, knots | hoist the sails, tie the knots
soldier | barracks | rifle, helmet | drills, uniforms | guard the fort, parade in uniform
miner | mine | pickaxe, headlamp | coal, ore | haul the coal, load the ore
chemist | laboratory | microscope, test tube | acids, experiments
    | mix the acids, record the experiments
librarian | library | card index, date stamp | novels, catalogues
    | lend the novels, sort the catalogues
sculptor | studio | chisel, clay | statues, plaster | carve the statues, shape the plaster
priest | church | bible, incense | sermons, baptisms | preach the sermons, bless the parish
banker | bank | calculator, safe | loans, savings | approve the loans, protect the savings
mechanic | garage | wrench, jack | brakes, gearboxes | repair the brakes, oil the gearboxes
gardener | garden | spade, watering can | roses, hedges | prune the roses, trim the hedges
blacksmith | forge | bellows, tongs | horseshoes, iron | hammer the iron, shape the horseshoes
astronomer | observatory | telescope, sky chart | planets, comets
    | observe the planets, track the comets
pharmacist | pharmacy | scales, pill counter | pills, ointments
    | weigh the pills, label the ointments
barber | barbershop | comb, scissors | beards, haircuts | trim the beards, sweep up the hair
reporter | newsroom | notebook, recorder | headlines, interviews
    | edit the headlines, hold the interviews
carpenter | workshop | saw, plane | planks, nails | saw the planks, hammer in the nails
""")

INSTRUMENTS = read_table("""
instrument | player | piece | family
violin | violinist | bow, strings | strings
cello | cellist | endpin, strings | strings
guitar | guitarist | frets, strings | strings
flute | flutist | mouthpiece, keys | woodwinds
clarinet | clarinetist | reed, keys | woodwinds
trumpet | trumpeter | valves, mouthpiece | brass
piano | pianist | pedals, keys | keyboards
organ | organist | pipes, pedals | keyboards
""")

SEASONS = read_table("""
season | month | weather | sign
winter | december, january, february | snow, frost, ice | sledges, icicles, bare branches
spring | march, april, may | showers, breeze, mild air | buds, nests, blossoms
summer | june, july, august | sunshine, heat, thunderstorms | beaches, sunglasses, ice cream
autumn | september, october, november | mist, drizzle, gales | pumpkins, mushrooms, fallen leaves
""")

MEALS = read_table("""
meal | food | drink | fruit
breakfast | porridge, toast, eggs | coffee, milk | strawberries, bananas
lunch | sandwiches, salad, soup | lemonade, water | pears, grapes
dinner | roast chicken, potatoes, carrots | cider, ale | plums, cherries
supper | cheese, crackers, omelette | herbal tea, buttermilk | figs, apricots
""")

NAMES = read_table("""
name
anna, peter, maria, john, clara, paul, lucy, david, emma, thomas, julia, martin, sarah, simon,
    laura, felix, nora, oscar, helen, walter, alice, hugo, ruth, victor
""")[0]
