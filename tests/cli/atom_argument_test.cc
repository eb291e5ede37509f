#include "clients/cli/atom_argument.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/value_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace cartograph::clients {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// name(quoted|word, …): strings in single quotes, so that words are told from strings.
std::string Dump(const absl::StatusOr<AtomText>& atom) {
  if (!atom.ok()) {
    return absl::StrCat("error: ", atom.status().message());
  }
  auto append = [](std::string* out, const ArgumentText& argument) {
    absl::StrAppend(out, argument.quoted ? absl::StrCat("'", argument.text, "'") : argument.text);
  };
  return absl::StrCat(atom->predicate, "(", absl::StrJoin(atom->arguments, "|", append), ")");
}

TEST(ParseAtom, ReadsAtoms) {
  struct Case {
    const char* text;
    const char* dump;
  };
  const Case kCases[] = {
      {R"(p("a","b",_))", "p('a'|'b'|_)"},
      {R"(  studied_in ( cd19 , diseases/sle , 2 ) . )", "studied_in(cd19|diseases/sle|2)"},
      {R"(p())", "p()"},
      {R"(comp.p(1))", "comp.p(1)"},
      {R"(p("x\"y\\z\n"))", "p('x\"y\\z\n')"},
      {R"(p("a,b)c"))", "p('a,b)c')"},
      {R"(p([1, "a]b", [2, nil]], -3))", "p([1, \"a]b\", [2, nil]]|-3)"},
      {R"(p($Leaf, $Node(1, $Leaf)))", "p($Leaf|$Node(1, $Leaf))"},
      {R"(p(自身))", "p(自身)"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Dump(ParseAtom(c.text)), c.dump) << c.text;
  }
}

TEST(ParseAtom, SaysWhatIsWrongWhere) {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case kCases[] = {
      {"", "a name and a parenthesis but found the end"},
      {"p", "a name and a parenthesis but found the end"},
      {"1p(2)", "a name and a parenthesis but found '1p(2)'"},
      {"p(1", "a comma or the closing parenthesis but found the end"},
      {"p(1,)", "a value but found ')'"},
      {"p(1)) x", "the end but found ') x'"},
      {"p(\"a", "the closing quote but found the end"},
      {"p(\"a\\q\")", "but found 'q\")'"},
      {"p(\"a\" b)", "a comma or the closing parenthesis but found 'b)'"},
      {"p(\"\\", "but found the end"},
      {"p([1", "a comma or the closing parenthesis but found the end"},
  };
  for (const Case& c : kCases) {
    EXPECT_THAT(Dump(ParseAtom(c.text)), HasSubstr(c.message)) << c.text;
    EXPECT_EQ(ParseAtom(c.text).status().code(), absl::StatusCode::kInvalidArgument) << c.text;
  }
}

TEST(ParseAtom, TellsAtomsFromNames) {
  EXPECT_TRUE(LooksLikeAtom("p(1)"));
  EXPECT_TRUE(LooksLikeAtom(" p ("));
  EXPECT_FALSE(LooksLikeAtom("studied_in"));
  EXPECT_FALSE(LooksLikeAtom("(x)"));
  EXPECT_FALSE(LooksLikeAtom(""));
}

v1::Column MakeColumn(const std::string& name, v1::ValueKind kind,
                      const std::vector<std::string>& collections = {}) {
  v1::Column column;
  column.set_name(name);
  column.set_kind(kind);
  column.set_type(collections.empty() ? "number" : "Disease");
  column.mutable_collections()->Add(collections.begin(), collections.end());
  return column;
}

Columns FactColumns() {
  Columns columns;
  *columns.Add() = MakeColumn("disease", v1::VALUE_KIND_SYMBOL, {"diseases"});
  *columns.Add() = MakeColumn("entity", v1::VALUE_KIND_SYMBOL, {"therapies", "targets"});
  *columns.Add() = MakeColumn("text", v1::VALUE_KIND_SYMBOL);
  *columns.Add() = MakeColumn("n", v1::VALUE_KIND_NUMBER);
  *columns.Add() = MakeColumn("u", v1::VALUE_KIND_UNSIGNED_NUMBER);
  *columns.Add() = MakeColumn("f", v1::VALUE_KIND_FLOAT_NUMBER);
  return columns;
}

// "disease="diseases/sle" n=2", or the error.
std::string Bound(const std::vector<std::string>& words) {
  std::vector<ArgumentText> arguments;
  for (const std::string& word : words) {
    arguments.push_back(ParseArgument(word, /*named=*/true));
  }
  auto filters = FiltersOf(arguments, FactColumns());
  if (!filters.ok()) {
    return absl::StrCat("error: ", filters.status().message());
  }
  auto append = [](std::string* out, const v1::ColumnFilter& filter) {
    absl::StrAppend(out, filter.column(), "=", ValueLiteral(filter.value()));
  };
  return absl::StrJoin(*filters, " ", append);
}

TEST(FiltersOf, BindsByNameAndByPlace) {
  EXPECT_EQ(Bound({"disease=sle"}), R"(disease="diseases/sle")");
  EXPECT_EQ(Bound({"disease=diseases/sle", "n=-2"}), R"(disease="diseases/sle" n=-2)");
  EXPECT_EQ(Bound({"sle", "targets/cd19"}), R"(disease="diseases/sle" entity="targets/cd19")");
  EXPECT_EQ(Bound({"sle", "_", "free text", "1"}),
            R"(disease="diseases/sle" text="free text" n=1)");
  EXPECT_EQ(Bound({"text=a=b"}), R"(text="a=b")");
  EXPECT_EQ(Bound({"text=\"_\""}), R"(text="_")");
  EXPECT_EQ(Bound({"disease=\"sle\""}), R"(disease="sle")");  // quoted: exactly that
  EXPECT_EQ(Bound({"u=4294967295", "f=0.5"}), "u=4294967295 f=0.5");
  EXPECT_EQ(Bound({}), "");
}

TEST(FiltersOf, SaysWhatIsWrong) {
  EXPECT_THAT(Bound({"diseas=sle"}), HasSubstr("there is no column \"diseas\" in (disease: "));
  EXPECT_THAT(Bound({"desease=sle"}), HasSubstr("; did you mean disease?"));
  EXPECT_THAT(Bound({"unlike=sle"}), Not(HasSubstr("did you mean")));
  EXPECT_THAT(Bound({"disease=a", "disease=b"}), HasSubstr("column disease is given twice"));
  EXPECT_THAT(Bound({"a", "b/c", "c", "4", "5", "6", "7"}),
              HasSubstr("more values than columns, which are (disease: "));
  EXPECT_THAT(Bound({"entity=cd19"}), HasSubstr("several collections (therapies, targets): write "
                                                "the whole name, as in \"therapies/cd19\""));
  EXPECT_THAT(Bound({"n=many"}),
              HasSubstr("column n holds values of type number; \"many\" is none"));
  EXPECT_THAT(Bound({"n=2147483648"}), HasSubstr("is none"));
  EXPECT_THAT(Bound({"u=-1"}), HasSubstr("is none"));
  EXPECT_THAT(Bound({"n=\"1\""}), HasSubstr("is none"));
}

}  // namespace
}  // namespace cartograph::clients
