// The groups are the strongly connected components of the graph of references, by Tarjan's
// algorithm: walk the graph depth first and number the entities as they are met; an entity is the
// root of a component when nothing below it leads back to a lower number than its own. A component
// is complete when its root is left, after all that it refers to: that is the order we want. The
// walk keeps its own stack, since chains of references may be long. Tarjan, Depth-first search and
// linear graph algorithms, SIAM J. Comput. 1972.

#include "clients/cli/reference_groups.h"

#include <algorithm>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "cartograph/v1/annotations.pb.h"

namespace cartograph::clients {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void AppendReferences(const Message& message, std::vector<std::string>* names);

void AppendOfField(const Message& message, const FieldDescriptor& field,
                   std::vector<std::string>* names) {
  const Reflection& reflection = *message.GetReflection();
  bool refers = field.options().GetExtension(v1::field).refers_to_size() > 0;
  int size = field.is_repeated() ? reflection.FieldSize(message, &field) : 1;
  for (int i = 0; i < size; ++i) {
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AppendReferences(field.is_repeated() ? reflection.GetRepeatedMessage(message, &field, i)
                                           : reflection.GetMessage(message, &field),
                       names);
    } else if (refers && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      names->push_back(field.is_repeated() ? reflection.GetRepeatedString(message, &field, i)
                                           : reflection.GetString(message, &field));
    }
  }
}

// Bodies nest a few levels, as their types say: recursion is safe.
void AppendReferences(const Message& message, std::vector<std::string>* names) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    AppendOfField(message, *field, names);
  }
}

using Edges = std::vector<std::vector<size_t>>;

Edges EdgesOf(const std::vector<PlacedEntity>& entities) {
  absl::flat_hash_map<std::string, size_t> index_of;
  for (size_t i = 0; i < entities.size(); ++i) {
    index_of.emplace(entities[i].entity.name(), i);
  }
  Edges edges(entities.size());
  for (size_t i = 0; i < entities.size(); ++i) {
    for (const std::string& name : ReferencesOf(entities[i].entity)) {
      if (auto target = index_of.find(name); target != index_of.end()) {
        edges[i].push_back(target->second);
      }
    }
  }
  return edges;
}

class Components {
 public:
  explicit Components(const Edges& edges) : edges_(edges), nodes_(edges.size()) {}

  std::vector<std::vector<size_t>> Find() {
    for (size_t start = 0; start < edges_.size(); ++start) {
      if (nodes_[start].number == kUnmet) {
        Walk(start);
      }
    }
    return std::move(groups_);
  }

 private:
  static constexpr size_t kUnmet = std::numeric_limits<size_t>::max();

  struct Node {
    size_t number = kUnmet;
    size_t lowest = kUnmet;  // the lowest number of an open node that leads back here
    size_t next_edge = 0;
    bool open = false;  // met, and its component is not complete
  };

  void Enter(size_t index) {
    nodes_[index].number = nodes_[index].lowest = met_++;
    nodes_[index].open = true;
    open_.push_back(index);
    path_.push_back(index);
  }

  void Walk(size_t start) {
    Enter(start);
    while (!path_.empty()) {
      size_t index = path_.back();
      Node& node = nodes_[index];
      if (node.next_edge == edges_[index].size()) {
        Leave(index);
        continue;
      }
      size_t target = edges_[index][node.next_edge++];
      if (nodes_[target].number == kUnmet) {
        Enter(target);
      } else if (nodes_[target].open) {
        node.lowest = std::min(node.lowest, nodes_[target].number);
      }
    }
  }

  void Leave(size_t index) {
    path_.pop_back();
    Node& node = nodes_[index];
    if (!path_.empty()) {
      Node& parent = nodes_[path_.back()];
      parent.lowest = std::min(parent.lowest, node.lowest);
    }
    if (node.lowest == node.number) {
      Complete(index);
    }
  }

  void Complete(size_t root) {
    auto begin = std::find(open_.rbegin(), open_.rend(), root).base() - 1;
    std::vector<size_t> group(begin, open_.end());
    open_.erase(begin, open_.end());
    for (size_t index : group) {
      nodes_[index].open = false;
    }
    std::sort(group.begin(), group.end());
    groups_.push_back(std::move(group));
  }

  const Edges& edges_;
  std::vector<Node> nodes_;
  std::vector<size_t> open_;  // in the order they were met
  std::vector<size_t> path_;  // from the start of the walk to where it is
  size_t met_ = 0;
  std::vector<std::vector<size_t>> groups_;
};

}  // namespace

std::vector<std::string> ReferencesOf(const Message& message) {
  std::vector<std::string> names;
  AppendReferences(message, &names);
  return names;
}

std::vector<std::vector<size_t>> ReferenceGroups(const std::vector<PlacedEntity>& entities) {
  Edges edges = EdgesOf(entities);
  return Components(edges).Find();
}

}  // namespace cartograph::clients
