#include "importers/identifiers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/sha256.h"
#include "base/status.h"

namespace cartograph::importers {
namespace {

constexpr size_t kIdBytesMax = 128;
constexpr size_t kHashDigits = 16;
constexpr size_t kDoiBytesMax = 500;

absl::Status Wrong(absl::string_view value, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("\"", value, "\" is no ", what));
}

bool AllDigits(absl::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// Takes `prefix` from the front, whatever its case.
bool ConsumeAnyCase(absl::string_view* text, absl::string_view prefix) {
  if (!absl::StartsWithIgnoreCase(*text, prefix)) {
    return false;
  }
  text->remove_prefix(prefix.size());
  *text = absl::StripLeadingAsciiWhitespace(*text);
  return true;
}

absl::StatusOr<std::string> Doi(absl::string_view value) {
  absl::string_view text = value;
  ConsumeAnyCase(&text, "https://") || ConsumeAnyCase(&text, "http://");
  ConsumeAnyCase(&text, "dx.doi.org/") || ConsumeAnyCase(&text, "doi.org/") ||
      ConsumeAnyCase(&text, "www.doi.org/");
  ConsumeAnyCase(&text, "doi:");
  const size_t slash = text.find('/');
  if (!absl::StartsWith(text, "10.") || slash == absl::string_view::npos || slash < 5 ||
      slash + 1 == text.size() || text.find_first_of(" \t\n") != absl::string_view::npos ||
      text.size() > kDoiBytesMax) {
    return Wrong(value, "DOI");
  }
  return absl::AsciiStrToLower(text);
}

absl::StatusOr<std::string> Pmid(absl::string_view value) {
  absl::string_view text = value;
  ConsumeAnyCase(&text, "pmid:");
  text = absl::StripSuffix(text, "[pmid]");
  if (!AllDigits(text) || text.size() > 9) {
    return Wrong(value, "PMID");
  }
  return std::string(text);
}

absl::StatusOr<std::string> Pmcid(absl::string_view value) {
  absl::string_view text = value;
  ConsumeAnyCase(&text, "pmcid:");
  ConsumeAnyCase(&text, "pmc");
  text = text.substr(0, text.find_first_of(".["));  // a version, or the kind of number
  if (!AllDigits(text) || text.size() > 9) {
    return Wrong(value, "PMCID");
  }
  return absl::StrCat("PMC", text);
}

absl::StatusOr<std::string> Nct(absl::string_view value) {
  if (value.size() != 11 || !absl::StartsWithIgnoreCase(value, "NCT") ||
      !AllDigits(value.substr(3))) {
    return Wrong(value, "NCT number");
  }
  return absl::AsciiStrToUpper(value);
}

absl::StatusOr<std::string> Issn(absl::string_view value) {
  std::string text = absl::AsciiStrToUpper(value.substr(0, 9));
  const std::string digits =
      absl::StrCat(text.substr(0, 4), text.size() == 9 ? text.substr(5) : "");
  const bool form = digits.size() == 8 && text[4] == '-' && AllDigits(digits.substr(0, 7)) &&
                    (AllDigits(digits.substr(7)) || digits[7] == 'X');
  if (!form || (value.size() > 9 && value[9] != ' ')) {
    return Wrong(value, "ISSN");
  }
  return text;
}

absl::StatusOr<std::string> Isbn(absl::string_view value) {
  absl::string_view text = value;
  ConsumeAnyCase(&text, "isbn:") || ConsumeAnyCase(&text, "isbn");
  std::string digits;
  for (char c : text) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == 'X' || c == 'x') {
      digits.push_back(absl::ascii_toupper(static_cast<unsigned char>(c)));
    } else if (c != '-' && c != ' ') {
      return Wrong(value, "ISBN");
    }
  }
  const bool ten = digits.size() == 10 && AllDigits(digits.substr(0, 9));
  const bool thirteen = digits.size() == 13 && AllDigits(digits);
  return ten || thirteen ? absl::StatusOr<std::string>(digits) : Wrong(value, "ISBN");
}

struct Prefix {
  const char* name;
  absl::StatusOr<std::string> (*canonical)(absl::string_view);
  bool identity;
};

// In order of strength. An ISSN is of the journal, not of the document.
constexpr std::array<Prefix, 6> kPrefixes = {{{"NCT", &Nct, true},
                                              {"DOI", &Doi, true},
                                              {"PMID", &Pmid, true},
                                              {"PMCID", &Pmcid, true},
                                              {"ISBN", &Isbn, true},
                                              {"ISSN", &Issn, false}}};

const Prefix* Find(absl::string_view name) {
  for (const Prefix& prefix : kPrefixes) {
    if (name == prefix.name) {
      return &prefix;
    }
  }
  return nullptr;
}

absl::string_view PrefixOf(absl::string_view curie) { return curie.substr(0, curie.find(':')); }

// The letters of Latin-1 from U+00C0 on, without their accents; "?" for those that are none.
constexpr absl::string_view kPlainLatin =
    "aaaaaaaceeeeiiiidnooooo?ouuuuytsaaaaaaaceeeeiiiidnooooo?ouuuuyty";

// The ASCII letter or digit at `*i`, lower case; 0 for anything else. Moves past a sequence of two.
char PlainAt(absl::string_view text, size_t* i) {
  const auto c = static_cast<unsigned char>(text[*i]);
  if (c < 0x80) {
    return absl::ascii_isalnum(c) ? absl::ascii_tolower(c) : '\0';
  }
  if (c != 0xC3 || *i + 1 == text.size()) {
    return '\0';
  }
  ++*i;
  const char plain = kPlainLatin[static_cast<unsigned char>(text[*i]) & 0x3F];
  return plain == '?' ? '\0' : plain;
}

}  // namespace

absl::StatusOr<std::string> CanonicalCurie(absl::string_view prefix, absl::string_view value) {
  const absl::string_view text = absl::StripAsciiWhitespace(value);
  const Prefix* known = Find(prefix);
  if (known == nullptr) {
    if (text.empty() || text.find_first_of(" \t\n") != absl::string_view::npos) {
      return Wrong(value, absl::StrCat("identifier of ", prefix));
    }
    return absl::StrCat(prefix, ":", text);
  }
  ASSIGN_OR_RETURN(std::string canonical, known->canonical(text));
  return absl::StrCat(prefix, ":", canonical);
}

std::string CanonicalCurie(absl::string_view curie) {
  const absl::string_view prefix = PrefixOf(curie);
  if (prefix.size() == curie.size()) {
    return std::string(curie);
  }
  auto canonical = CanonicalCurie(prefix, curie.substr(prefix.size() + 1));
  return canonical.ok() ? *canonical : std::string(curie);
}

bool IsIdentity(absl::string_view curie) {
  const Prefix* known = Find(PrefixOf(curie));
  return known == nullptr || known->identity;
}

int StrengthRank(absl::string_view curie) {
  const Prefix* known = Find(PrefixOf(curie));
  return known == nullptr ? static_cast<int>(kPrefixes.size())
                          : static_cast<int>(known - kPrefixes.data());
}

std::string IdFromCurie(absl::string_view curie) {
  const std::string prefix = absl::AsciiStrToLower(PrefixOf(curie));
  const std::string value =
      absl::AsciiStrToLower(curie.substr(std::min(prefix.size() + 1, curie.size())));
  std::string id =
      absl::StartsWith(value, prefix) || prefix == "pmcid" ? "" : absl::StrCat(prefix, "-");
  for (char c : value) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-') {
      id.push_back(c);
    } else if (c == '/') {
      id.push_back('_');
    } else {
      absl::StrAppend(&id, "~", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  if (id.size() > kIdBytesMax) {
    id.resize(kIdBytesMax - kHashDigits - 1);
    absl::StrAppend(&id, "~", base::Sha256Hex(curie).substr(0, kHashDigits));
  }
  return id;
}

std::string Slug(absl::string_view text) {
  std::string slug;
  bool gap = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char plain = PlainAt(text, &i);
    if (plain == '\0') {
      gap = gap || text[i] != '\'';  // O'Connor is one word
      continue;
    }
    if (gap && !slug.empty()) {
      slug.push_back('-');
    }
    gap = false;
    slug.push_back(plain);
  }
  return slug;
}

}  // namespace cartograph::importers
