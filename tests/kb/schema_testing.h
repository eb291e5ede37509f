// Schemas and entities for tests, from proto text: descriptors of their own pools, without
// generated code.

#pragma once

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/message.h"

namespace cartograph::kb {

// A pool with one file beside those it imports.
class TestPool {
 public:
  // Over annotations.proto and what that imports.
  TestPool();

  // Adds a file of .proto text that imports annotations.proto and timestamp.proto and has the
  // package "test"; CHECKs that it is right. Its message Entity is what entity() returns.
  void AddText(absl::string_view text);
  // Adds `file` in place of the generated file of that name.
  void AddFile(const google::protobuf::FileDescriptorProto& file);

  // The message "test.Entity" or "cartograph.v1.Entity".
  const google::protobuf::Descriptor* entity() const;
  // An entity from its text format.
  std::unique_ptr<google::protobuf::Message> Parse(absl::string_view text);

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_;
};

// A proto file with the message Entity, two kinds "plants" and "soils", where `plant` stands in the
// body of Plant, `soil` in that of Soil, and `more` after them. In all of them "[@{…}]" is short
// for
// "[(cartograph.v1.field) = {…}]".
struct TinySchema {
  std::string plant;
  std::string soil;
  std::string plant_option = R"(collection: "plants" type: "Plant")";
  std::string more;

  std::string Text() const;
};

}  // namespace cartograph::kb
