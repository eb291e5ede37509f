// What is left of TeX in titles and names.

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "importers/bibtex.h"

namespace cartograph::importers {
namespace {

struct Accents {
  char command;
  const char* combining;  // UTF-8
};

constexpr std::array<Accents, 12> kAccents = {{{'\'', "\u0301"},
                                               {'`', "\u0300"},
                                               {'^', "\u0302"},
                                               {'"', "\u0308"},
                                               {'~', "\u0303"},
                                               {'=', "\u0304"},
                                               {'.', "\u0307"},
                                               {'c', "\u0327"},
                                               {'v', "\u030C"},
                                               {'u', "\u0306"},
                                               {'H', "\u030B"},
                                               {'k', "\u0328"}}};

struct Letter {
  const char* accent;  // as in kAccents
  const char* base;
  const char* composed;
};

// The letters of European names, in composed form.
constexpr std::array<Letter, 62> kLetters = {
    {{"\u0301", "a", "á"}, {"\u0301", "e", "é"}, {"\u0301", "i", "í"}, {"\u0301", "o", "ó"},
     {"\u0301", "u", "ú"}, {"\u0301", "y", "ý"}, {"\u0301", "n", "ń"}, {"\u0301", "c", "ć"},
     {"\u0301", "s", "ś"}, {"\u0301", "z", "ź"}, {"\u0301", "A", "Á"}, {"\u0301", "E", "É"},
     {"\u0301", "I", "Í"}, {"\u0301", "O", "Ó"}, {"\u0301", "U", "Ú"}, {"\u0301", "S", "Ś"},
     {"\u0300", "a", "à"}, {"\u0300", "e", "è"}, {"\u0300", "i", "ì"}, {"\u0300", "o", "ò"},
     {"\u0300", "u", "ù"}, {"\u0300", "A", "À"}, {"\u0300", "E", "È"}, {"\u0302", "a", "â"},
     {"\u0302", "e", "ê"}, {"\u0302", "i", "î"}, {"\u0302", "o", "ô"}, {"\u0302", "u", "û"},
     {"\u0308", "a", "ä"}, {"\u0308", "e", "ë"}, {"\u0308", "i", "ï"}, {"\u0308", "o", "ö"},
     {"\u0308", "u", "ü"}, {"\u0308", "y", "ÿ"}, {"\u0308", "A", "Ä"}, {"\u0308", "O", "Ö"},
     {"\u0308", "U", "Ü"}, {"\u0303", "a", "ã"}, {"\u0303", "n", "ñ"}, {"\u0303", "o", "õ"},
     {"\u0303", "N", "Ñ"}, {"\u0327", "c", "ç"}, {"\u0327", "C", "Ç"}, {"\u0327", "s", "ş"},
     {"\u0327", "S", "Ş"}, {"\u030C", "c", "č"}, {"\u030C", "s", "š"}, {"\u030C", "z", "ž"},
     {"\u030C", "r", "ř"}, {"\u030C", "e", "ě"}, {"\u030C", "n", "ň"}, {"\u030C", "C", "Č"},
     {"\u030C", "S", "Š"}, {"\u030C", "Z", "Ž"}, {"\u0306", "a", "ă"}, {"\u0306", "g", "ğ"},
     {"\u030B", "o", "ő"}, {"\u030B", "u", "ű"}, {"\u0328", "a", "ą"}, {"\u0328", "e", "ę"},
     {"\u0307", "z", "ż"}, {"\u0304", "u", "ū"}}};

struct Command {
  const char* name;
  const char* text;
};

constexpr std::array<Command, 17> kCommands = {{{"ss", "ß"},
                                                {"aa", "å"},
                                                {"AA", "Å"},
                                                {"ae", "æ"},
                                                {"AE", "Æ"},
                                                {"oe", "œ"},
                                                {"o", "ø"},
                                                {"O", "Ø"},
                                                {"l", "ł"},
                                                {"L", "Ł"},
                                                {"i", "i"},
                                                {"j", "j"},
                                                {"&", "&"},
                                                {"%", "%"},
                                                {"_", "_"},
                                                {"$", "$"},
                                                {"#", "#"}}};

std::string Composed(const char* accent, char base) {
  for (const Letter& letter : kLetters) {
    if (absl::string_view(letter.accent) == accent && letter.base[0] == base) {
      return letter.composed;
    }
  }
  return absl::StrCat(std::string(1, base), accent);
}

// Where an accent's letter stands: behind blanks, braces and the dotless i's backslash.
size_t LetterAt(absl::string_view text, size_t at) {
  while (at < text.size() && (text[at] == '{' || text[at] == ' ' || text[at] == '\\')) {
    ++at;
  }
  return at;
}

// Appends what the command at `at` (behind the backslash) means, and returns where it ends; `at`
// when it is not known.
size_t TakeCommand(absl::string_view text, size_t at, std::string* plain) {
  const bool letter = absl::ascii_isalpha(static_cast<unsigned char>(text[at]));
  for (const Accents& accent : kAccents) {
    const bool fits =
        text[at] == accent.command &&
        (!letter || (at + 1 < text.size() && (text[at + 1] == '{' || text[at + 1] == ' ')));
    const size_t base = LetterAt(text, at + 1);
    if (fits && base < text.size() && absl::ascii_isalpha(static_cast<unsigned char>(text[base]))) {
      plain->append(Composed(accent.combining, text[base]));
      return base + 1;
    }
  }
  size_t end = at + 1;
  while (letter && end < text.size() &&
         absl::ascii_isalpha(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  for (const Command& command : kCommands) {
    if (text.substr(at, end - at) == command.name) {
      plain->append(command.text);
      return end < text.size() && letter && text[end] == ' ' ? end + 1 : end;
    }
  }
  return at;
}

}  // namespace

std::string PlainTex(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      const size_t end = TakeCommand(text, i + 1, &plain);
      if (end == i + 1) {
        plain.push_back('\\');
      }
      i = end;
    } else if (absl::StartsWith(text.substr(i), "--")) {
      plain.append("-");
      i = std::min(text.find_first_not_of('-', i), text.size());
    } else {
      if (text[i] == '~') {
        plain.push_back(' ');
      } else if (text[i] != '{' && text[i] != '}' && text[i] != '$') {
        plain.push_back(text[i]);
      }
      ++i;
    }
  }
  return plain;
}

}  // namespace cartograph::importers
