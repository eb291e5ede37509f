#include "clients/cli/junit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cartograph::clients {
namespace {

// `text` in a quoted attribute. XML 1.0 has no form for control characters; they become U+FFFD.
std::string Attribute(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        absl::StrAppend(&escaped, "&amp;");
        break;
      case '<':
        absl::StrAppend(&escaped, "&lt;");
        break;
      case '>':
        absl::StrAppend(&escaped, "&gt;");
        break;
      case '"':
        absl::StrAppend(&escaped, "&quot;");
        break;
      case '\t':
      case '\n':
      case '\r':
        absl::StrAppend(&escaped, "&#", static_cast<int>(c), ";");
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          absl::StrAppend(&escaped, "\xEF\xBF\xBD");
        } else {
          escaped.push_back(c);
        }
    }
  }
  return absl::StrCat("\"", escaped, "\"");
}

std::string FailureText(const rules::RuleTestFailure& failure) {
  const bool missing = failure.kind == rules::RuleTestFailure::Kind::kMissing;
  return absl::StrCat(missing ? "missing: " : "unexpected: ", failure.fact);
}

std::string TestCase(const rules::RuleTestResult& result, const rules::SourceFile& file) {
  std::string text =
      absl::StrCat("    <testcase name=", Attribute(result.title),
                   " classname=", Attribute(file.path), " file=", Attribute(file.path), " line=\"",
                   rules::PlaceOf(file.text, result.span.begin).line, "\"");
  if (result.passed()) return absl::StrCat(text, "/>\n");
  absl::StrAppend(&text, ">\n");
  if (!result.error.empty()) {
    absl::StrAppend(&text, "      <error message=", Attribute(result.error), "/>\n");
  } else {
    const std::string failures = absl::StrJoin(
        result.failures, "\n", [](std::string* out, const rules::RuleTestFailure& failure) {
          absl::StrAppend(out, FailureText(failure));
        });
    absl::StrAppend(&text, "      <failure message=", Attribute(failures), "/>\n");
  }
  return absl::StrCat(text, "    </testcase>\n");
}

struct Counts {
  size_t tests = 0;
  size_t failures = 0;
  size_t errors = 0;

  void Add(const rules::RuleTestResult& result) {
    ++tests;
    if (!result.error.empty()) {
      ++errors;
    } else if (!result.passed()) {
      ++failures;
    }
  }

  std::string Attributes() const {
    return absl::StrCat(" tests=\"", tests, "\" failures=\"", failures, "\" errors=\"", errors,
                        "\"");
  }
};

}  // namespace

std::string JunitXml(const std::vector<rules::RuleTestResult>& results,
                     const std::vector<rules::SourceFile>& files) {
  Counts all;
  std::string suites;
  for (uint32_t file = 0; file < files.size(); ++file) {
    Counts counts;
    std::string cases;
    for (const rules::RuleTestResult& result : results) {
      if (result.span.file != file) continue;
      counts.Add(result);
      all.Add(result);
      absl::StrAppend(&cases, TestCase(result, files[file]));
    }
    absl::StrAppend(&suites, "  <testsuite name=", Attribute(files[file].path), counts.Attributes(),
                    ">\n", cases, "  </testsuite>\n");
  }
  return absl::StrCat("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"cartograph\"",
                      all.Attributes(), ">\n", suites, "</testsuites>\n");
}

}  // namespace cartograph::clients
