// Watches and differences, through a server in this process.

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cartograph/v1/fact_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "kb/knowledge_base.h"
#include "services/grpc_status.h"
#include "tests/kb/test_base.h"
#include "tests/support/test_server.h"

namespace cartograph::services {
namespace {

std::string Short(const v1::Fact& fact) {
  std::vector<std::string> values;
  for (const v1::Value& value : fact.values()) {
    values.push_back(value.has_symbol()
                         ? std::string(absl::StripPrefix(value.symbol(), "diseases/"))
                         : absl::StrCat(value.number()));
  }
  return absl::StrCat(fact.predicate(), "(", absl::StrJoin(values, ","), ")");
}

std::string Sorted(const google::protobuf::RepeatedPtrField<v1::Fact>& facts, const char* sign) {
  std::set<std::string> texts;
  for (const v1::Fact& fact : facts) {
    texts.insert(sign + Short(fact));
  }
  return absl::StrJoin(texts, " ");
}

// "delta 4 +root(b) -root(a)"
std::string Text(const v1::WatchFactsResponse& event) {
  const char* kinds[] = {"?", "snapshot", "delta", "checkpoint"};
  std::string text = absl::StrCat(kinds[event.kind()], " ", event.revision());
  for (const std::string& facts : {Sorted(event.added(), "+"), Sorted(event.removed(), "-")}) {
    absl::StrAppend(&text, facts.empty() ? "" : " ", facts);
  }
  return text + (event.complete() ? "" : " …");
}

class WatchTest : public ::testing::Test {
 protected:
  explicit WatchTest(test::TestServerOptions options = {}) : server_(std::move(options)) {
    Connect();
    auto activated = server_.kb().Activate(kb::PackOf(kb::kDiseaseRules), {.actor = "ada"});
    EXPECT_TRUE(activated.ok() && activated->activated);
  }

  void Connect() { stub_ = v1::FactService::NewStub(server_.Channel()); }

  void Commit(const std::vector<std::string>& mutations, const std::string& reason = "") {
    std::vector<v1::Mutation> parsed;
    for (const std::string& mutation : mutations) {
      parsed.push_back(kb::ParseMutation(mutation));
    }
    auto result = server_.kb().Commit(parsed, {}, {.actor = "ada", .reason = reason});
    ASSERT_TRUE(result.ok()) << result.status();
  }

  // A watch under way.
  struct Watch {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::WatchFactsResponse>> reader;

    // The next event, or how the watch ended.
    std::string Next() {
      v1::WatchFactsResponse event;
      return reader->Read(&event) ? Text(event) : reader->Finish().error_message();
    }
    // Whole revisions until `count` of them have been told.
    std::string Revisions(int count) {
      std::vector<std::string> texts;
      while (count > 0) {
        texts.push_back(Next());
        count -= texts.back().ends_with("…") ? 0 : 1;
      }
      return absl::StrJoin(texts, "; ");
    }
  };
  std::unique_ptr<Watch> Start(const v1::WatchFactsRequest& request) {
    auto watch = std::make_unique<Watch>();
    watch->reader = stub_->WatchFacts(&watch->context, request);
    return watch;
  }

  static v1::WatchFactsRequest Of(const std::vector<std::string>& predicates) {
    v1::WatchFactsRequest request;
    for (const std::string& predicate : predicates) {
      request.add_patterns()->set_predicate(predicate);
    }
    return request;
  }

  test::TestServer server_;
  std::unique_ptr<v1::FactService::Stub> stub_;
};

using kb::Disease;

TEST_F(WatchTest, TellsASnapshotAndThenEachRevision) {
  Commit({Disease("create", "a"), Disease("create", "b", {"a"})});
  v1::WatchFactsRequest request = Of({"root", "ancestor"});
  request.set_snapshot(true);
  auto watch = Start(request);
  EXPECT_EQ(watch->Next(), "snapshot 2 +ancestor(b,a) +root(a)");
  Commit({Disease("create", "c", {"b"})});
  EXPECT_EQ(watch->Next(), "delta 3 +ancestor(c,a) +ancestor(c,b)");
  Commit(
      {"create { name: 'targets/t' target { names { text: 't' kind: NAME_KIND_PREFERRED } kind: "
       "TARGET_KIND_PROTEIN } }"});  // of no matter here
  Commit({"delete: 'diseases/c'"});
  EXPECT_EQ(watch->Next(), "delta 5 -ancestor(c,a) -ancestor(c,b)");
}

TEST_F(WatchTest, HoldsColumnsToTheirValues) {
  Commit({Disease("create", "a"), Disease("create", "b", {"a"})});
  v1::WatchFactsRequest request = Of({"ancestor", "ancestor", "root"});
  request.set_after_revision(1);
  auto filter = request.mutable_patterns(0)->add_filters();
  filter->set_column("y");
  filter->mutable_value()->set_symbol("diseases/a");
  *request.mutable_patterns(1)->add_filters() = *filter;  // told once all the same
  filter = request.mutable_patterns(2)->add_filters();
  filter->set_column("x");
  filter->mutable_value()->set_symbol("diseases/not-yet-there");
  auto watch = Start(request);
  EXPECT_EQ(watch->Next(), "delta 2 +ancestor(b,a)");
  Commit({Disease("create", "not-yet-there"), Disease("create", "c", {"b"})});
  EXPECT_EQ(watch->Next(), "delta 3 +ancestor(c,a) +root(not-yet-there)");
}

TEST_F(WatchTest, SaysWhoChangedWhatAndWhy) {
  auto watch = Start(Of({"root"}));
  v1::WatchFactsResponse event;
  v1::WatchFactsRequest request = Of({"root"});
  request.set_after_revision(1);
  watch = Start(request);
  Commit({Disease("create", "a")}, "first");
  ASSERT_TRUE(watch->reader->Read(&event));
  EXPECT_EQ(event.cause().actor(), "ada");
  EXPECT_EQ(event.cause().reason(), "first");
  EXPECT_EQ(event.cause().entities(0).name(), "diseases/a");
  EXPECT_GT(event.cause().commit_time().seconds(), 0);
}

TEST_F(WatchTest, GoesOnAfterARestartWithNothingLostOrRepeated) {
  Commit({Disease("create", "a")});
  v1::WatchFactsRequest request = Of({"root"});
  request.set_after_revision(1);
  auto watch = Start(request);
  EXPECT_EQ(watch->Next(), "delta 2 +root(a)");
  server_.Restart();
  EXPECT_EQ(watch->Next(), "the server is stopping; watch again after revision 2");
  Commit({Disease("create", "b"), Disease("put", "a", {"b"})});
  Connect();
  request.set_after_revision(2);
  EXPECT_EQ(Start(request)->Next(), "delta 3 +root(b) -root(a)");
  request.set_after_revision(0);
  EXPECT_EQ(Start(request)->Revisions(2), "delta 2 +root(a); delta 3 +root(b) -root(a)");
}

TEST_F(WatchTest, SendsACheckpointWhenNothingHappens) {
  v1::WatchFactsRequest request = Of({"root"});
  request.mutable_checkpoint_interval()->set_seconds(1);
  auto watch = Start(request);
  EXPECT_EQ(watch->Next(), "checkpoint 1");
  EXPECT_EQ(watch->Next(), "checkpoint 1");
}

TEST_F(WatchTest, RefusesWhatCannotBeWatched) {
  EXPECT_EQ(Start(Of({"rot"}))->Next(),
            "patterns[0].predicate: there is no relation \"rot\"; did you mean \"root\"?");
  v1::WatchFactsRequest request = Of({"root"});
  request.set_after_revision(99);
  EXPECT_EQ(Start(request)->Next(), "revision 99 is not reached yet; the latest is 1");
  request.clear_after_revision();
  request.mutable_checkpoint_interval()->set_nanos(1);
  EXPECT_EQ(Start(request)->Next(), "checkpoint_interval: must be 1 s to 1 h");
}

TEST_F(WatchTest, AProgramThatLosesARelationTellsThatItsFactsAreGone) {
  Commit({Disease("create", "a")});
  v1::WatchFactsRequest request = Of({"root"});
  request.set_snapshot(true);
  auto watch = Start(request);
  EXPECT_EQ(watch->Next(), "snapshot 2 +root(a)");
  ASSERT_TRUE(server_.kb()
                  .Activate(kb::PackOf(".decl other(x: Disease)", "2.0.0"), {.actor = "ada"})
                  ->activated);
  EXPECT_EQ(watch->Next(), "delta 3 -root(a)");
}

TEST_F(WatchTest, DifferencesAreTheNetChange) {
  Commit({Disease("create", "a")});
  Commit({Disease("create", "b", {"a"}), Disease("create", "c", {"a"})}, "more");
  Commit({"delete: 'diseases/b'"});
  v1::DiffFactsRequest request;
  request.set_from_revision(2);
  for (const char* predicate : {"ancestor", "children", "root"}) {
    request.add_patterns()->set_predicate(predicate);
  }
  request.set_page_size(1);
  std::string text;
  do {
    grpc::ClientContext context;
    v1::DiffFactsResponse response;
    grpc::Status status = stub_->DiffFacts(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::FactDifference& difference : response.differences()) {
      absl::StrAppend(&text, difference.added() ? "+" : "-", Short(difference.fact()), "@",
                      difference.revision(), " ",
                      response.causes().at(difference.revision()).reason(), "; ");
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(
      text,
      "+ancestor(c,a)@3 more; -children(a,0)@3 more; +children(a,1)@4 ; +children(c,0)@3 more; ");
}

class ManyWatchesTest : public WatchTest {
 protected:
  static test::TestServerOptions Options() {
    test::TestServerOptions options;
    options.server.serving.watches_max = 20;
    options.server.serving.stream_chunk_bytes_max = 64;
    return options;
  }
  ManyWatchesTest() : WatchTest(Options()) {}
};

TEST_F(ManyWatchesTest, AllSeeTheSameRevisionsInPieces) {
  v1::WatchFactsRequest request = Of({"root", "ancestor"});
  request.set_after_revision(1);
  std::vector<std::unique_ptr<Watch>> watches;
  for (int i = 0; i < 20; ++i) {
    watches.push_back(Start(request));
  }
  Commit({Disease("create", "a"), Disease("create", "b", {"a"}), Disease("create", "c", {"b"})});
  Commit({Disease("create", "d")});
  std::string first = watches[0]->Revisions(2);
  EXPECT_NE(first.find(" …; "), std::string::npos) << first;
  for (size_t i = 1; i < watches.size(); ++i) {
    EXPECT_EQ(watches[i]->Revisions(2), first);
  }
  EXPECT_EQ(Start(request)->Next(), "the server is busy: 20 streams run; retry later");
}

TEST_F(ManyWatchesTest, ASnapshotComesInPieces) {
  std::vector<std::string> diseases;
  for (int i = 0; i < 10; ++i) {
    diseases.push_back(Disease("create", absl::StrCat("d", i)));
  }
  Commit(diseases);
  v1::WatchFactsRequest request = Of({"root"});
  request.set_snapshot(true);
  auto watch = Start(request);
  std::set<std::string> facts;
  v1::WatchFactsResponse event;
  int events = 0;
  do {
    ASSERT_TRUE(watch->reader->Read(&event));
    ++events;
    for (const v1::Fact& fact : event.added()) {
      EXPECT_TRUE(facts.insert(Short(fact)).second) << Short(fact);
    }
  } while (!event.complete());
  EXPECT_EQ(facts.size(), 10u);
  EXPECT_GT(events, 2);
}

}  // namespace
}  // namespace cartograph::services
