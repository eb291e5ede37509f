#include "kb/ad_hoc_declarations.h"

#include "gtest/gtest.h"

namespace cartograph::kb {
namespace {

using rules::TypeId;
using rules::ValueKind;

// .type Target <: symbol  .type Disease <: symbol  .type Entity = Target | Disease
// .decl studied_in(target: Target, disease: Disease, sources: number)  .decl name(entity: Entity,
// text: symbol)
rules::Program Given() {
  rules::Program program;
  auto add_type = [&](const char* name, ValueKind kind, std::vector<uint32_t> accepts) {
    rules::Type type;
    type.name = name;
    type.kind = kind;
    for (uint32_t id : accepts) type.accepts.push_back(TypeId{id});
    program.types.push_back(std::move(type));
  };
  add_type("number", ValueKind::kNumber, {0});
  add_type("symbol", ValueKind::kSymbol, {1, 2, 3, 4});
  add_type("Target", ValueKind::kSymbol, {2});
  add_type("Disease", ValueKind::kSymbol, {3});
  add_type("Entity", ValueKind::kSymbol, {2, 3, 4});
  auto add_predicate = [&](const char* name, std::vector<uint32_t> types) {
    rules::Predicate predicate;
    predicate.name = name;
    for (uint32_t id : types) {
      predicate.columns.push_back({"c", TypeId{id}, program.types[id].kind});
    }
    program.predicate_by_name[name] =
        rules::PredicateId{static_cast<uint32_t>(program.predicates.size())};
    program.predicates.push_back(std::move(predicate));
  };
  add_predicate("studied_in", {2, 3, 0});
  add_predicate("name", {4, 1});
  return program;
}

TEST(AdHocDeclarationsTest, InfersColumnsFromTheirUse) {
  struct Case {
    const char* text;
    const char* declarations;
  };
  for (const Case& c : std::vector<Case>{
           {"answer(d) :- studied_in(_, d, _).", ".decl answer(d: Disease)\n"},
           {"answer(t, n) :- studied_in(t, _, n), name(t, _).",
            ".decl answer(t: Target, n: number)\n"},
           {"answer(t, t) :- name(t, _), studied_in(t, _, _).",
            ".decl answer(t: Target, column2: Target)\n"},
           {"answer(x) :- studied_in(x, _, _). answer(y) :- name(y, _).",
            ".decl answer(x: Entity)\n"},
           {"answer(x) :- studied_in(x, _, _). answer(x) :- studied_in(_, x, _).",
            ".decl answer(x: symbol)\n"},
           {"answer(\"targets/cd19\"). answer(x) :- studied_in(x, _, _).",
            ".decl answer(column1: Target)\n"},
           {"answer(1, \"a\").", ".decl answer(column1: number, column2: symbol)\n"},
           {"answer(n + 1) :- studied_in(_, _, n).", ".decl answer(column1: number)\n"},
           {"answer(cat(t, \"!\")) :- studied_in(t, _, _).", ".decl answer(column1: symbol)\n"},
           {"answer(n) :- n = count : { studied_in(_, _, _) }.", ".decl answer(n: number)\n"},
           {"answer(n) :- n = max m : { studied_in(_, _, m) }.", ".decl answer(n: number)\n"},
           {"answer(x) :- x = y, studied_in(y, _, _).", ".decl answer(x: Target)\n"},
           {"answer(x) :- x = \"a\".", ".decl answer(x: symbol)\n"},
           {"answer(?x) :- studied_in(?x, _, _).", ".decl answer(column1: Target)\n"},
           {"answer(x) :- (studied_in(x, _, _) ; name(x, _)), !name(x, \"a\").",
            ".decl answer(x: Target)\n"},
           {"two(d) :- one(d). one(d) :- studied_in(_, d, _).",
            ".decl two(d: Disease)\n.decl one(d: Disease)\n"},
           {"reach(a, b) :- studied_in(a, b, _). reach(a, c) :- reach(a, b), reach(b, c).",
            ".decl reach(a: Target, b: Disease)\n"},
           {"answer() :- studied_in(_, _, _).", ".decl answer()\n"},
           {".decl mine(x: Disease) answer(x) :- mine(x).", ".decl answer(x: Disease)\n"},
           // Nothing is known.
           {"answer(x) :- unheard_of(x).", ".decl answer(x: symbol)\n"},
           {"answer(x) :- answer(x).", ".decl answer(x: symbol)\n"},
           {"answer(x, d) :- studied_in(x, _, _), !studied_in(x, d, _).",
            ".decl answer(x: Target, d: symbol)\n"},
           // Declared, or not rule text.
           {".decl answer(x: Disease) answer(x) :- studied_in(_, x, _).", ""},
           {"studied_in(t, d, 1) :- studied_in(t, d, _).", ""},
           {"answer(x) :- studied_in(x", ""},
           {"", ""},
       }) {
    EXPECT_EQ(DeclareFromUse(c.text, Given()), c.declarations) << c.text;
  }
}

}  // namespace
}  // namespace cartograph::kb
