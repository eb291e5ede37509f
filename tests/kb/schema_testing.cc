#include "tests/kb/schema_testing.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/check.h"
#include "cartograph/v1/annotations.pb.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/timestamp.pb.h"
#include "tests/support/paths.h"

namespace cartograph::kb {

namespace {

google::protobuf::FileDescriptorProto ProtoOf(const google::protobuf::Descriptor* message) {
  google::protobuf::FileDescriptorProto file;
  message->file()->CopyTo(&file);
  return file;
}

}  // namespace

TestPool::TestPool() : factory_(&pool_) {
  AddFile(ProtoOf(google::protobuf::FileDescriptorProto::descriptor()));
  AddFile(ProtoOf(google::protobuf::Timestamp::descriptor()));
  AddFile(ProtoOf(v1::FieldAnnotation::descriptor()));
}

void TestPool::AddFile(const google::protobuf::FileDescriptorProto& file) {
  CHECK(pool_.BuildFile(file) != nullptr);
}

// By protoc, in a folder of its own.
void TestPool::AddText(absl::string_view text) {
  std::string folder = std::filesystem::temp_directory_path() / "cartograph-schema-XXXXXX";
  CHECK(mkdtemp(folder.data()) != nullptr);
  std::ofstream(folder + "/test.proto") << text;
  std::string command =
      absl::StrCat("protoc --descriptor_set_out=", folder, "/out -I ", folder, " -I ",
                   testing::SourceDir(), "/proto -I /usr/include test.proto");
  CHECK(std::system(command.c_str()) == 0);
  google::protobuf::FileDescriptorSet files;
  std::ifstream out(folder + "/out", std::ios::binary);
  CHECK(files.ParseFromIstream(&out));
  std::filesystem::remove_all(folder);
  AddFile(files.file(0));
}

const google::protobuf::Descriptor* TestPool::entity() const {
  const auto* entity = pool_.FindMessageTypeByName("test.Entity");
  return entity != nullptr ? entity : pool_.FindMessageTypeByName("cartograph.v1.Entity");
}

std::unique_ptr<google::protobuf::Message> TestPool::Parse(absl::string_view text) {
  std::unique_ptr<google::protobuf::Message> message(factory_.GetPrototype(entity())->New());
  CHECK(google::protobuf::TextFormat::ParseFromString(std::string(text), message.get()));
  return message;
}

std::string TinySchema::Text() const {
  std::string text = absl::StrCat(R"(
    syntax = "proto3";
    package test;
    import "cartograph/v1/annotations.proto";
    import "google/protobuf/timestamp.proto";
    message Entity {
      string name = 1;
      oneof body { Plant plant = 2; Soil soil = 3; }
      google.protobuf.Timestamp delete_time = 14;
    }
    message Plant { option (cartograph.v1.entity) = {)",
                                  plant_option, "};\n", plant, R"( }
    message Soil {
      option (cartograph.v1.entity) = { collection: "soils" type: "Soil" };
      )",
                                  soil, " }\n", more);
  return absl::StrReplaceAll(text, {{"[@", "[(cartograph.v1.field) = "}});
}

}  // namespace cartograph::kb
