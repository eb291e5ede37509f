#include "services/request_check.h"

#include <string>

#include "cartograph/v1/entity_service.pb.h"
#include "gtest/gtest.h"
#include "services/grpc_status.h"

namespace cartograph::services {
namespace {

std::string Dump(const absl::Status& status) {
  return status.ok() ? "" : std::string(status.message());
}

const kb::EntitySchema& Schema() {
  static const auto* const kSchema =
      kb::EntitySchema::Create(v1::Entity::descriptor()).value().release();
  return *kSchema;
}

TEST(RequestCheckTest, FindsControlCharactersHoweverDeep) {
  v1::CommitEntitiesRequest request;
  request.add_mutations()->set_delete_("diseases/a");
  v1::Disease* disease = request.add_mutations()->mutable_put()->mutable_disease();
  disease->add_names()->set_text("tab\tline\nreturn\r and üñí are fine");
  EXPECT_EQ(Dump(CheckText(request)), "");
  disease->add_names()->set_text(std::string("a\0b", 3));
  EXPECT_EQ(Dump(CheckText(request)),
            "mutations[1].put.disease.names[1].text: holds a control character");
  disease->mutable_names(1)->set_text("\x7f");
  EXPECT_NE(Dump(CheckText(request)), "");
  disease->mutable_names(1)->set_text("");
  v1::BatchGetEntitiesRequest names;
  names.add_names("fine");
  names.add_names("\x1b[31m");
  EXPECT_EQ(Dump(CheckText(names)), "names[1]: holds a control character");
}

TEST(RequestCheckTest, FindsUnknownFieldsHoweverDeep) {
  v1::CommitEntitiesRequest request;
  v1::Disease* disease = request.add_mutations()->mutable_put()->mutable_disease();
  EXPECT_EQ(Dump(CheckKnownFields(request)), "");
  disease->GetReflection()->MutableUnknownFields(disease)->AddVarint(998, 1);
  disease->GetReflection()->MutableUnknownFields(disease)->AddVarint(999, 1);
  absl::Status status = CheckKnownFields(request);
  EXPECT_EQ(Dump(status),
            "mutations[0].put.disease: this server knows no field 998, 999 of "
            "cartograph.v1.Disease");
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_FIELD");
  v1::GetEntityRequest top;
  top.GetReflection()->MutableUnknownFields(&top)->AddVarint(77, 1);
  EXPECT_EQ(Dump(CheckKnownFields(top)),
            "(request): this server knows no field 77 of cartograph.v1.GetEntityRequest");
}

TEST(RequestCheckTest, CollectionsAreSuggested) {
  const struct {
    std::string collection;
    std::string want;
  } kCases[] = {
      {"", ""},
      {"diseases", ""},
      {"disease", "c: there is no collection \"disease\"; did you mean \"diseases\"?"},
      {"nothing-near", "c: there is no collection \"nothing-near\""},
  };
  for (const auto& each : kCases) {
    kb::Violations violations;
    CheckCollection(each.collection, "c", Schema(), &violations);
    EXPECT_EQ(Dump(violations.ToStatus()), each.want);
  }
}

TEST(RequestCheckTest, SizesAndCountsAtTheirLimits) {
  kb::Violations fine;
  CheckBytes("12345", 5, "f", &fine);
  CheckCount(1, 1, 3, "n", &fine);
  CheckCount(3, 1, 3, "n", &fine);
  EXPECT_TRUE(fine.empty());
  kb::Violations wrong;
  CheckBytes("123456", 5, "f", &wrong);
  CheckCount(0, 1, 3, "n", &wrong);
  CheckCount(4, 1, 3, "m", &wrong);
  EXPECT_EQ(wrong.Dump(),
            "f: must be at most 5 bytes, got 6\nn: must have at least 1\nm: must have at most 3, "
            "got 4\n");
}

TEST(RequestCheckTest, WriteOptions) {
  v1::WriteOptions write;
  write.set_request_id(std::string(64, 'x'));
  write.set_reason(std::string(1024, 'x'));
  kb::Violations fine;
  CheckWriteOptions(write, &fine);
  EXPECT_TRUE(fine.empty());
  write.mutable_request_id()->push_back('x');
  write.mutable_reason()->push_back('x');
  kb::Violations wrong;
  CheckWriteOptions(write, &wrong);
  EXPECT_EQ(wrong.Dump(),
            "write.request_id: must be at most 64 bytes, got 65\n"
            "write.reason: must be at most 1024 bytes, got 1025\n");
}

std::string CheckPath(const std::string& path) {
  v1::CheckRulesRequest request;
  request.add_files()->set_path(path);
  kb::Violations violations;
  CheckRuleFiles(request.files(), "files", &violations);
  return violations.Dump();
}

TEST(RequestCheckTest, RulePaths) {
  for (const char* path : {"a.dl", "rules/studied.dl", "a-b/c d/..dl"}) {
    EXPECT_EQ(CheckPath(path), "") << path;
  }
  for (const std::string& path :
       {std::string(), std::string("/a.dl"), std::string("../a.dl"), std::string("a/../b.dl"),
        std::string("a//b.dl"), std::string("./a.dl"), std::string("a\\b.dl"), std::string("a/"),
        std::string(257, 'a')}) {
    EXPECT_NE(CheckPath(path), "") << path;
  }
  v1::CheckRulesRequest request;
  request.add_files()->set_path("a.dl");
  request.add_files()->set_path("a.dl");
  kb::Violations violations;
  CheckRuleFiles(request.files(), "files", &violations);
  EXPECT_EQ(violations.Dump(), "files[1].path: \"a.dl\" is given twice\n");
}

TEST(RequestCheckTest, RulePacks) {
  v1::RulePack pack;
  pack.set_name("founding-2");
  pack.set_version("1.2.0-rc.1");
  pack.add_files()->set_path("a.dl");
  kb::Violations fine;
  CheckRulePack(pack, &fine);
  EXPECT_EQ(fine.Dump(), "");
  for (const char* name : {"", "Founding", "2founding", "a b", "a/b"}) {
    pack.set_name(name);
    kb::Violations violations;
    CheckRulePack(pack, &violations);
    EXPECT_EQ(violations.Dump(),
              "pack.name: must be 1 to 64 of a-z 0-9 _ -, beginning with a letter\n");
  }
  pack.set_name("x");
  for (const char* version : {"", "v1", "1.0 ", "1_0"}) {
    pack.set_version(version);
    kb::Violations violations;
    CheckRulePack(pack, &violations);
    EXPECT_EQ(violations.Dump(), "pack.version: must be a version, such as \"1.2.0\"\n");
  }
}

}  // namespace
}  // namespace cartograph::services
