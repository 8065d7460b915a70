// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.api.storage.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chroniclesync.api.storage.Search;
import org.chroniclesync.api.storage.support.Words.Word;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
  @ParameterizedTest(name = "{0} finds {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Norwegian, Danish, Icelandic, Faroese, Swedish
        "okland | Økland live in Oslo",
        "aero   | Ærø Kommune",
        "thingvellir | Þingvellir",
        "fridur | Friður",
        "angstrom | Ångström",
        // Polish, Sorbian, Czech, Slovak, Hungarian, Romanian, Croatian
        "lodz gdansk | Łódź, Straße nach Gdańsk",
        "pawel roze | Paweł Różę – koncert",
        "dvorak | Clément et Dvořák",
        "zilina | Žilina",
        "gyor | Győr",
        "bucuresti | București",
        "dakovo | Đakovo",
        // German, French, Spanish, Portuguese, Maltese, Turkish, Azeri, Vietnamese
        "strasse | Łódź, Straße nach Gdańsk",
        "STRASSE | Straße",
        "Straße  | STRASSE",
        "coeur   | Le cœur a ses raisons",
        "ecole   | L'école",
        "manana  | Mañana",
        "sao     | São Paulo",
        "hamrun  | Ħamrun",
        "istanbul igdir ilica | İstanbul IĞDIR ılıca",
        "da nang | Đà Nẵng",
        "baki    | Bakı",
        // Greek, Russian, Ukrainian
        "ωραιο οδυσσευσ | Ωραίο Οδυσσεύς",
        "елка    | Ёлка",
        "киів    | Київ",
        // Hebrew, Arabic, Persian
        "שלום    | שָׁלוֹם עולם",
        "محمد    | مُحَمَّد",
        "احمد    | أحمد",
        "مدرسه   | مدرسة",
        "مستشفي  | مستشفى",
        "كتاب    | كتـــاب",
        "كتاب    | کتاب",
        // Chinese, Japanese, Korean, Thai
        "北京     | 去北京的路",
        "タワー    | 東京タワーの歴史",
        "ガイド    | ｶﾞｲﾄﾞ",
        "ﾀﾜｰ     | 東京タワー",
        "서울     | 서울특별시 한국어",
        "ไทย     | ประเทศไทย",
        // Forms of letters
        "x2 h2o  | x² and H₂O",
        "efficient office file | eﬃcient oﬀice ﬁle",
        "ａｂｃ     | abc",
        "softhyphen zerowidth | soft\u00ADhyphen zero\u200Bwidth",
        "soft\u00ADhyphen | softhyphen",
        // Emoji
        "🎉      | 🎉 party 🎉",
        "👩      | 👩\u200D👩\u200D👧 family",
        "👩\u200D👩\u200D👧 | 👩\u200D👩\u200D👧 family",
        "👍      | 👍🏽",
        "❤       | I ❤\uFE0F it",
        // Names with symbols
        "c++     | C++ reference",
        "c       | C++ reference",
        "c#      | C# language tour",
        "f#      | F# for fun",
        ".net    | Learn .NET today",
        "net     | Learn .NET today",
        "node.js | Node.js documentation",
        "user@host | user@host.example – Inbox (3)",
        // Apostrophes and hyphens
        "what's new | What's new in 2025?",
        "whats new | What's new in 2025?",
        "what’s new | What's new in 2025?",
        "what's  | whats",
        "what new | What's new in 2025?",
        "don't   | donʼt",
        "dont    | don`t",
        "n      | ŉ",
        "oreilly | O’Reilly",
        "o'reilly | OReilly",
        "reilly  | O'Reilly",
        "l'ete   | L’été à l’école",
        "ecole   | L’été à l’école",
        "aujourd'hui | Aujourdʼhui",
        "об'єкт  | обʼєкт",
        "обєкт   | об’єкт",
        "hawaii  | Hawaiʻi",
        "hawai'i | Hawaiʻi",
        "quran   | Qurʾān",
        "ali     | ʿAlī",
        "ג'ירפה  | ג׳ירפה",
        "צה\"ל    | צה״ל",
        "צהל     | צה\"ל",
        "ц'вях   | ц´вях",
        "email   | Your e-mail",
        "e-mail  | Your email",
        "mail    | Your e-mail",
        "wi-fi   | wifi",
      })
  void isFoundAsPeopleTypeIt(String question, String title) {
    assertThat(finds(question, title)).as("%s in %s", question, Words.in(title)).isTrue();
  }

  @ParameterizedTest(name = "{0} does not find {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "c++ | Carrot cake",
        "c++ | C# language tour",
        "c#  | C++ reference",
        "c#  | https://x.example/c#top",
        ".net | net and gross",
        "ecole | colé",
        "12  | ½ price",
      })
  void whatIsAnotherWordIsNotFound(String question, String title) {
    assertThat(finds(question, title)).isFalse();
  }

  @Test
  void aQuickLookMissesNoForm() {
    for (String question : List.of("whats", "email", "c++", "f#", ".net", "wifi", "oneill")) {
      String title = "What's in the e-mail of C++, F# and .NET, Wi-Fi by O`Neill";
      assertThat(Query.of(new Search(question, 1)).mayBeIn(List.of(title))).as(question).isTrue();
    }
  }

  @Test
  void aFormStandsWhereItsTextStands() {
    assertThat(Words.in("My e-mail"))
        .containsExactly(
            new Word("my", 0, 2, false),
            new Word("email", 3, 9, false),
            new Word("e", 3, 4, false),
            new Word("mail", 5, 9, false));
  }

  private static boolean finds(String question, String title) {
    List<Word> words = Words.in(title);
    Query query = Query.of(new Search(question, 1));
    return !query.isEmpty()
        && query.mayBeIn(List.of(title))
        && query.terms().stream().allMatch(term -> term.standsIn(words));
  }
}
