"""The shares of a key: any two of three give it back, and a slip of the pen is said plainly."""

import itertools

import pytest
from shamir_mnemonic import generate_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from participatory.urn.sealing import new_key
from participatory.urn.shares import SHARE_WORDS, ShareError, check, combine, split

KEY = new_key().private


def with_word(share: str, place: int, word: str) -> str:
    words = share.split()
    words[place] = word
    return " ".join(words)


@pytest.mark.parametrize(("trustees", "threshold"), [(1, 1), (2, 2), (3, 2), (3, 3), (5, 3), (16, 2)])
def test_every_choice_of_enough_shares_gives_the_key(trustees: int, threshold: int):
    shares = split(KEY, trustees, threshold)
    assert len(set(shares)) == trustees
    assert {len(share.split()) for share in shares} == {SHARE_WORDS}
    for chosen in itertools.permutations(shares[:5], threshold):
        assert combine(chosen) == KEY
    assert combine(shares) == KEY


def test_one_share_of_two_is_not_enough():
    with pytest.raises(ShareError, match="Il faut 2 parts pour retrouver la clé ; vous en avez donné 1"):
        combine(split(KEY, 3, 2)[:1])
    with pytest.raises(ShareError, match="Aucune part"):
        combine([])


def test_capitals_spaces_and_line_ends_are_forgiven():
    first, second, _ = split(KEY, 3, 2)
    careless = "\r\n  " + first.upper().replace(" ", " \t\u00a0 ", 5).replace(" ", "\n", 1) + "  \n"
    assert combine([careless, second.title()]) == KEY
    check(careless)


def test_a_misspelt_word_is_named_by_its_place_and_never_repeated():
    first, second, _ = split(KEY, 3, 2)
    with pytest.raises(ShareError, match="Part 2 : le mot n° 7 n’est pas dans la liste") as refused:
        combine([first, with_word(second, 6, "banane")])
    assert "banane" not in str(refused.value)
    assert refused.value.values == {"number": 2, "place": 7}


@pytest.mark.parametrize("place", range(SHARE_WORDS))
def test_any_other_word_of_the_list_is_noticed(place: int):
    share = split(KEY, 3, 2)[0]
    other = WORDLIST[(WORDLIST.index(share.split()[place]) + 1) % len(WORDLIST)]
    with pytest.raises(ShareError, match="un mot n’est pas le bon") as refused:
        check(with_word(share, place, other))
    assert not any(word in str(refused.value).split() for word in share.split())
    assert refused.value.__suppress_context__


def test_two_words_swapped_are_noticed():
    words = split(KEY, 3, 2)[0].split()
    place = next(place for place in range(len(words) - 1) if words[place] != words[place + 1])
    words[place], words[place + 1] = words[place + 1], words[place]
    with pytest.raises(ShareError, match="échangés"):
        check(" ".join(words))


def test_a_missing_or_a_repeated_word_is_counted():
    words = split(KEY, 3, 2)[0].split()
    with pytest.raises(ShareError, match="elle compte 32 mots au lieu de 33"):
        check(" ".join(words[1:]))
    with pytest.raises(ShareError, match="elle compte 34 mots au lieu de 33"):
        check(" ".join([*words, words[-1]]))


def test_shares_of_two_keys_are_not_mixed():
    ours, theirs = split(KEY, 3, 2), split(new_key().private, 3, 2)
    with pytest.raises(ShareError, match="La part 2 n’est pas de la même clé que la part 1"):
        combine([ours[0], theirs[1]])
    with pytest.raises(ShareError, match="La part 3 n’est pas de la même clé"):
        combine([ours[0], ours[1], theirs[2]])


def test_two_cuts_of_the_same_key_are_not_mixed():
    with pytest.raises(ShareError, match="n’est pas de la même clé"):
        combine([split(KEY, 3, 2)[0], split(KEY, 3, 2)[1]])


def test_the_same_share_twice_does_not_count_twice():
    shares = split(KEY, 3, 2)
    with pytest.raises(ShareError, match="La part 2 a déjà été donnée"):
        combine([shares[0], shares[0].upper()])


def test_a_share_forged_under_the_right_name_is_noticed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shamir_mnemonic.shamir._random_identifier", lambda: 7)
    ours, theirs = split(KEY, 3, 2), split(new_key().private, 3, 2)
    for mixed in ([ours[0], theirs[1]], [ours[0], ours[1], theirs[2]], [ours[0], ours[1], theirs[0]]):
        with pytest.raises(ShareError, match="ne s’accordent pas"):
            combine(mixed)


def test_a_share_of_groups_is_not_ours():
    groups = generate_mnemonics(2, [(1, 1), (1, 1)], KEY, iteration_exponent=0)
    with pytest.raises(ShareError, match="autre outil"):
        check(groups[0][0])


@pytest.mark.parametrize(
    ("trustees", "threshold", "reason"),
    [(0, 0, "16 parts au plus"), (17, 2, "16 parts au plus"), (3, 0, "entre 1"), (3, 4, "entre 1"), (3, 1, "deux")],
)
def test_numbers_that_cannot_be_are_refused(trustees: int, threshold: int, reason: str):
    with pytest.raises(ShareError, match=reason):
        split(KEY, trustees, threshold)


def test_only_a_whole_key_is_cut():
    with pytest.raises(ValueError, match="32 bytes"):
        split(KEY[:16], 3, 2)


def test_a_share_of_a_shorter_secret_is_counted():
    # SLIP-0039, vectors.json, vector 4: a whole share, of a 128-bit secret.
    words = "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist rescue view short"
    with pytest.raises(ShareError, match="elle compte 20 mots au lieu de 33"):
        check(f"{words} owner flip making coding armed")
