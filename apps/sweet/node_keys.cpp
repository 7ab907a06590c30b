// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_keys.hpp"

#include "job_key_field.hpp"

namespace sweet::command {

namespace {

using enum key_place;

template <auto Field>
constexpr auto of_node = field_of<node_config, Field>;

template <auto Field>
constexpr key_field<node_config> path_field{
    "string",
    {},
    [](value_reader& in, const given_value& value, node_config& to) {
      return store(in.read_path(value), to.*Field);
    },
    nullptr,
    [](const node_config&) { return std::string{}; }};

constexpr std::string_view an_address = R"("HOST:PORT")";
constexpr std::string_view a_file = "the path of a PEM file";

constexpr job_key<node_config> all_node_keys[] = {
    {.name = "name",
     .places = {node, asking},
     .field = of_node<&node_config::name>,
     .must_be = "the name of the node",
     .otherwise = "required; of commands: `cli-HOST-PID`",
     .help = "its name, which no other node of the cluster has: letters, digits, `.`, `-`, `_`. "
             "With certificates it is a name of its certificate"},
    {.name = "cluster",
     .places = {node, asking},
     .field = of_node<&node_config::cluster>,
     .must_be = "the name of the cluster",
     .help = "the name of the cluster: nodes of others are refused"},
    {.name = "listen",
     .places = {node},
     .field = of_node<&node_config::listen>,
     .must_be = an_address,
     .otherwise = "nowhere",
     .help = "where other nodes connect to, `HOST:PORT`; port 0: one that is free. They "
             "are told the same host, but the name of the machine for `0.0.0.0`. Without "
             "certificates and secret it has to be of the loopback device"},
    {.name = "join",
     .places = {node},
     .field = texts_field<node_config, &node_config::join>,
     .must_be = an_address,
     .otherwise = "none: the first node of a cluster",
     .help = "addresses of nodes to join; one of them has to answer. The node's own may be among "
             "them"},
    {.name = "on",
     .places = {asking},
     .field = of_node<&node_config::on>,
     .must_be = an_address,
     .otherwise = "none, required",
     .help = "the address of a node of the cluster, `HOST:PORT`"},
    {.name = "roles",
     .places = {node},
     .field = texts_field<node_config, &node_config::roles>,
     .must_be = "the name of a role",
     .otherwise = "none",
     .help = "what it is for, such as `build`: tasks are placed by roles"},
    {.name = "allow_run",
     .places = {node},
     .field = texts_field<node_config, &node_config::allow_run>,
     .must_be = "a role of the node, or any",
     .otherwise = "none: it runs no commands",
     .help =
         "roles of it for which it runs the commands of jobs, as its own user: `sweet run --on` "
         "has them run here; `any`: for jobs that ask for no role"},
    {.name = "slots",
     .places = {node},
     .field = integer_field<1, 100'000, node_config, &node_config::slots>,
     .otherwise = "four for each core",
     .help = "how many tasks of other nodes it runs at a time"},
    {.name = "cert",
     .places = {node, asking},
     .field = path_field<&node_config::certificate>,
     .must_be = a_file,
     .otherwise = "none",
     .help = "the file of its certificate; `key` and `ca` go with it"},
    {.name = "key",
     .places = {node, asking},
     .field = path_field<&node_config::key>,
     .must_be = a_file,
     .otherwise = "none",
     .help = "the file of its private key, which others must not be able to read"},
    {.name = "ca",
     .places = {node, asking},
     .field = path_field<&node_config::authorities>,
     .must_be = a_file,
     .otherwise = "none",
     .help = "the file of the authorities that sign for nodes of the cluster"},
    {.name = "secret_file",
     .places = {node, asking},
     .field = path_field<&node_config::secret_file>,
     .must_be = "the path of a file",
     .otherwise = "none",
     .help = "in place of certificates: a file that holds a secret of at least 16 bytes, the same "
             "on all nodes, which others must not be able to read; the end of the line does not "
             "count"},
    {.name = "heartbeat",
     .places = {node},
     .field = of_node<&node_config::heartbeat>,
     .help = "how often it says to others that it is there; the same on all nodes"},
    {.name = "pause",
     .places = {node},
     .field = of_node<&node_config::pause>,
     .help = "how long another node that is suspect may be silent before it is given up"},
};

} // namespace

std::span<const job_key<node_config>> node_keys() noexcept {
  return all_node_keys;
}

} // namespace sweet::command
