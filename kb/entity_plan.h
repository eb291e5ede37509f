// EntityPlan: what the annotations say, resolved to descriptors, in the form that kb/entity_* walk
// messages with.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "google/protobuf/descriptor.h"
#include "kb/entity_schema.h"
#include "re2/re2.h"

namespace cartograph::kb {

// A step of the paths of a feed. Paths that begin alike share their steps, so that columns below
// one element of a repeated field stay together: a feed is a forest of these.
struct FeedStep {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // The step that carries the annotation gives no row when its field is unset; steps below it read
  // defaults.
  bool skips_unset = false;
  std::optional<size_t> column;  // of a leaf: index among the columns after the entity's
  std::vector<size_t> columns;   // all columns of this step and below it
  std::vector<FeedStep> below;   // of a message
};

// How one feed makes rows of a message: the cross product of what its steps give.
struct FeedPlan {
  size_t relation = 0;  // index in EntitySchema::relations()
  std::vector<FeedStep> steps;
};

struct MessagePlan;

struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  bool required = false;
  bool output_only = false;
  bool multiline = false;                // text in which newline and tab may stand
  std::vector<std::string> collections;  // of a reference; empty otherwise
  std::unique_ptr<RE2> pattern;          // null: none
  size_t bytes_max = 0;
  size_t items_max = 0;
  std::vector<FeedPlan> feeds;           // over the message that has the field
  const MessagePlan* message = nullptr;  // of a message field
};

struct MessagePlan {
  const google::protobuf::Descriptor* descriptor = nullptr;
  bool partial_date = false;  // cartograph.v1.PartialDate: its parts must agree
  std::vector<FieldPlan> fields;
  std::vector<FeedPlan> feeds;  // of an entity's body: those of its (entity) option
};

// The fields of Entity that every kind has.
struct EntityFields {
  const google::protobuf::FieldDescriptor* name = nullptr;
  const google::protobuf::FieldDescriptor* delete_time = nullptr;
  const google::protobuf::OneofDescriptor* body = nullptr;
};

struct EntityPlan {
  const google::protobuf::Descriptor* entity = nullptr;
  EntityFields fields;
  std::vector<EntityKind> kinds;
  std::vector<const MessagePlan*> bodies;  // by kind
  std::vector<BaseRelation> relations;
  std::vector<const google::protobuf::EnumDescriptor*>
      enums;  // those that are column types, in order of use
  std::unordered_map<const google::protobuf::EnumDescriptor*, std::string>
      enum_prefixes;  // "THERAPY_MODALITY_"
  std::string base_schema;

  absl::flat_hash_map<std::string, size_t> kind_by_collection;
  absl::flat_hash_map<const google::protobuf::FieldDescriptor*, size_t> kind_by_body;
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>> messages;
};

}  // namespace cartograph::kb
